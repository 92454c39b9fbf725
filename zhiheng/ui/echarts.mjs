// The parts of ECharts that ui/static/ui/charts.js draws with, bundled into static/vendor/echarts.js by zhiheng.ui.assets.
import { BarChart, LineChart, MapChart, ScatterChart } from "echarts/charts";
import {
  GeoComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent,
} from "echarts/components";
import { getInstanceByDom, init, registerMap, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, MapChart, ScatterChart, GeoComponent, GridComponent, LegendComponent, TooltipComponent,
  VisualMapComponent, CanvasRenderer]);
window.echarts = { getInstanceByDom, init, registerMap };
