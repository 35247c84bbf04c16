use whydrop::choices::TableRole;
use whydrop::engine::native::{MemoryTable, run_memory};
use whydrop::scenario::catalogue::CATALOGUE;
use whydrop::scenario::{self};
#[test]
fn look() {
    let only = std::env::var("ONLY").unwrap_or_default();
    for card in CATALOGUE {
        if !only.is_empty() && !only.split(',').any(|o| card.id == o) { continue; }
        let case = scenario::generate(card.id, 1).expect("case");
        let tables = TableRole::ALL.into_iter().map(|role| {
            let files = |labels: bool| case.files.iter().filter(move |f| f.role == role && f.labels == labels).map(|f| (f.name.clone(), f.bytes.clone())).collect::<Vec<_>>();
            MemoryTable { role, files: files(false), labels: files(true) }
        }).collect();
        let t = std::time::Instant::now();
        let r = run_memory(tables, &case.choices, Some(1)).expect("report");
        println!("=== {} truth {} {:?} {:?} | {:?} {} d={:?} {:.1}s", card.id, case.truth.cause, case.truth.also, case.truth.columns, r.verdict.kind, r.metric.name, r.metric.difference, t.elapsed().as_secs_f64());
        for a in &r.attribution { print!("  {} {:+.4} [{:+.4},{:+.4}]", a.term, a.points, a.ci_low, a.ci_high); }
        println!();
        for s in &r.shares { print!("  {}:{} {:+.4};", s.term, s.title, s.points); }
        println!();
        for s in &r.remedies { println!("  R {}", s.sentence); }
        if let Some(e) = &r.expected { println!("  E {:?} [{:?},{:?}] refused {:?}", e.value, e.ci_low, e.ci_high, e.refused); }
        if let Some(p) = &r.parity { println!("  P {:?} {:?}", p.shadow.as_ref().map(|s| &s.sentence), p.consistency); }
        for c in &r.causes { println!("  C {} {} {:.2} share {:?} {:?}\n      + {}\n      - {}", c.id, c.word, c.presence, c.share, c.columns, c.evidence_for.join(" "), c.evidence_against.join(" ")); }
    }
}
