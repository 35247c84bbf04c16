// Small tables for the browser tests, made from a seed: the same bytes on every machine.
// A credit-like world: default depends on income, debt and age; the score is the true
// probability as the lab knew it. After launch `income` arrives in thousands, so the model reads
// everyone as poor, which is what the report has to find.

/** Numbers in [0, 1), from a 32-bit seed (mulberry32: public domain, by T. Ettinger). */
function random(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

const REGIONS = ["north", "south", "east", "west"];

/** The model: probability of default from the columns as it receives them. */
const model = (income, debt, age) =>
    1 / (1 + Math.exp(-(0.4 + 0.9 * debt - 0.00005 * income - 0.015 * (age - 40))));

/**
 * A table as CSV bytes: `rows` rows from `day`, broken after launch if `broken`.
 * Columns: customer_id, applied_at, region, age, income, debt, defaulted, score, approved.
 */
export function table({ rows, seed, day, broken = false }) {
    const next = random(seed);
    const lines = ["customer_id,applied_at,region,age,income,debt,defaulted,score,approved"];
    const start = Date.parse(`${day}T00:00:00Z`);
    for (let row = 0; row < rows; row += 1) {
        const age = 18 + Math.floor(next() * 60);
        const income = Math.round(12_000 + 80_000 * next() * next());
        const debt = Math.round(next() * 400) / 100;
        const region = REGIONS[Math.floor(next() * REGIONS.length)];
        const defaulted = next() < model(income, debt, age) ? 1 : 0;
        const seen = broken ? income / 1000 : income;
        const score = model(seen, debt, age);
        const when = new Date(start + Math.floor((row / rows) * 60) * 86_400_000);
        lines.push(
            [
                `${seed}-${row}`,
                when.toISOString().slice(0, 10),
                region,
                age,
                seen,
                debt,
                defaulted,
                score.toFixed(6),
                score < 0.5 ? 1 : 0,
            ].join(","),
        );
    }
    return Buffer.from(`${lines.join("\n")}\n`);
}

const file = (name, buffer) => ({ name, mimeType: "text/csv", buffer });

/** Reference and production as Playwright takes them, with `income` broken after launch. */
export const broken = (rows = 4_000) => ({
    reference: file("before.csv", table({ rows, seed: 1, day: "2026-01-01" })),
    production: file("after.csv", table({ rows, seed: 2, day: "2026-03-02", broken: true })),
});

/** The same world before and after: nothing to find. */
export const unchanged = (rows = 4_000) => ({
    reference: file("before.csv", table({ rows, seed: 3, day: "2026-01-01" })),
    production: file("after.csv", table({ rows, seed: 4, day: "2026-03-02" })),
});
