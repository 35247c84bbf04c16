// What of ECharts whydrop uses, and nothing else. esbuild turns this into
// dist/echarts.js, an ES module that the page imports in idle time:
//
//     const { init, graphic } = await import("./echarts.js?v=<build>");
//
// A new kind of chart needs its chart and component registered here: without them
// ECharts stays silent and draws nothing. AriaComponent is here because without it
// `aria: { enabled: true }` has no effect. Under our CSP (`style-src 'self'`) the HTML
// tooltip cannot style itself: use `tooltip: { renderMode: "richText" }`.
import { graphic, init, registerTheme, use } from "echarts/core";
import {
    BarChart,
    BoxplotChart,
    CustomChart,
    HeatmapChart,
    LineChart,
    ScatterChart,
} from "echarts/charts";
import {
    AriaComponent,
    DatasetComponent,
    DataZoomComponent,
    GraphicComponent,
    GridComponent,
    LegendComponent,
    MarkAreaComponent,
    MarkLineComponent,
    MarkPointComponent,
    TitleComponent,
    TooltipComponent,
    VisualMapComponent,
} from "echarts/components";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";

use([
    AriaComponent,
    BarChart,
    BoxplotChart,
    CanvasRenderer,
    CustomChart,
    DatasetComponent,
    DataZoomComponent,
    GraphicComponent,
    GridComponent,
    HeatmapChart,
    LabelLayout,
    LegendComponent,
    LineChart,
    MarkAreaComponent,
    MarkLineComponent,
    MarkPointComponent,
    ScatterChart,
    TitleComponent,
    TooltipComponent,
    VisualMapComponent,
]);

export { graphic, init, registerTheme };
