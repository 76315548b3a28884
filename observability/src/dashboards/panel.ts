import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  LegendDisplayMode,
  LegendPlacement,
  TooltipDisplayMode,
} from '@grafana/grafana-foundation-sdk/common'
import { VizLegendOptionsBuilder, VizTooltipOptionsBuilder } from '@grafana/grafana-foundation-sdk/common'
import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { RUNBOOKS_URL } from '../folders.js'

/** The data source that the reader has chosen. */
export const DATA_SOURCE = { type: 'prometheus', uid: '${datasource}' }

export interface Query {
  readonly expr: string
  readonly legend: string
}

export interface PanelPlan {
  readonly title: string
  /** What it shows, and what a reader should think of it. */
  readonly description: string
  /** A unit of Grafana, such as `s`, `short` or `reqps`. */
  readonly unit: string
  readonly queries: readonly Query[]
  /** Alerts that look at the same: the panel links to their runbooks, or to all of them. */
  readonly runbooks?: readonly string[]
  /** One number instead of lines. */
  readonly stat?: boolean
  /** Dots that lead to traces, where the histogram keeps them. */
  readonly exemplars?: boolean
  /** Of 24 columns; 12 by default, 6 for a number. */
  readonly columns?: number
}

/**
 * Matchers for a selector: those of the reader's choice, and more of one's own. Every selector has them, so that one
 * Prometheus may watch many installations.
 */
export function of(...own: readonly string[]): string {
  return `{${['namespace=~"$namespace"', 'service=~"$service"', ...own].join(', ')}}`
}

/** A quantile of a histogram over the interval that fits the picture; `by` are labels to keep. */
export function quantile(q: number, metric: string, own: readonly string[] = [], by = ''): string {
  const labels = ['le', by].filter((label) => label !== '').join(', ')
  return `histogram_quantile(${q}, sum by (${labels}) (rate(${metric}_bucket${of(...own)}[$__rate_interval])))`
}

/** A rate a second, summed; `by` are labels to keep. */
export function rateOf(metric: string, own: readonly string[] = [], by = ''): string {
  return `sum${by === '' ? '' : ` by (${by})`} (rate(${metric}${of(...own)}[$__rate_interval]))`
}

/** Builds a panel of a dashboard. */
export function panelOf(plan: PanelPlan): Builder<Panel> {
  const builder = plan.stat === true ? numberOf() : linesOf()
  for (const [index, { expr, legend }] of plan.queries.entries()) {
    const query = new DataqueryBuilder()
      .datasource(DATA_SOURCE)
      .expr(expr)
      .legendFormat(legend)
      .refId(String.fromCharCode(65 + index))
    if (plan.exemplars === true) query.exemplar(true)
    builder.withTarget(query)
  }
  return builder
    .title(plan.title)
    .description(plan.description)
    .datasource(DATA_SOURCE)
    .unit(plan.unit)
    .height(8)
    .span(plan.columns ?? (plan.stat === true ? 6 : 12))
    .links(plan.runbooks?.map(runbookLink) ?? [linkTo('Runbooks', 'README')])
}

function linesOf() {
  return new TimeSeriesBuilder()
    .min(0)
    .fillOpacity(8)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
}

function numberOf() {
  return new StatBuilder()
}

function runbookLink(alert: string) {
  return linkTo(`Runbook: ${alert}`, alert)
}

function linkTo(title: string, page: string) {
  return new DashboardLinkBuilder(title)
    .type(DashboardLinkType.Link)
    .url(`${RUNBOOKS_URL}/${page}.md`)
    .targetBlank(true)
}
