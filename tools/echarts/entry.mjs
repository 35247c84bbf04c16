// What the page needs later: what of ECharts whydrop uses, and nothing else, and the words of
// "How is this worked out?". esbuild turns this into dist/echarts.js, an ES module that the page
// imports in idle time:
//
//     const { init, explain } = await import("./echarts.js?v=<build>");
//
// A new kind of chart needs its chart and component registered here: without them
// ECharts stays silent and draws nothing. AriaComponent is here because without it
// `aria: { enabled: true }` has no effect. Under our CSP (`style-src 'self'`) the HTML
// tooltip cannot style itself: use `tooltip: { renderMode: "richText" }`.
import { getInstanceByDom, init, use } from "echarts/core";
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import {
    AriaComponent,
    GridComponent,
    LegendComponent,
    MarkLineComponent,
    TooltipComponent,
} from "echarts/components";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";
import causes from "../../src/explain/causes.json";
import methods from "../../src/explain/methods.json";

use([
    AriaComponent,
    BarChart,
    CanvasRenderer,
    GridComponent,
    LabelLayout,
    LegendComponent,
    LineChart,
    MarkLineComponent,
    ScatterChart,
    TooltipComponent,
]);

export { getInstanceByDom, init };

/**
 * The entry of a cause or method: `[title, heading, words, heading, words, …]`, or undefined.
 * Headings stand in the order of the file's `heads`.
 */
export function explain(id) {
    for (const { heads, entries } of [methods, causes]) {
        const entry = entries.find((one) => one.id === id);
        if (!entry) continue;
        const title = (other) => entries.find((one) => one.id === other)?.title ?? other;
        const told = (words) =>
            typeof words === "string"
                ? words
                : words.map((one) => `${title(one.with)}: ${one.how}.`).join("\n");
        return [
            entry.title,
            ...Object.entries(heads).flatMap(([field, head]) => [head, told(entry[field])]),
        ];
    }
    return undefined;
}
