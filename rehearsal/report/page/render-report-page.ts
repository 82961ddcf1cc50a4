import type { Report } from '../schema';
export function renderReportPage(report: Report, _extras?: unknown): string {
  return JSON.stringify(report);
}
