export type { PageExtras, StateSpan, TrafficPoint } from './extras';
export { renderReportPage } from './render-page';
