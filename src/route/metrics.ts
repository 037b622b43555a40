/** What a route knows of the path behind it (`RTAX_*`, include/uapi/linux/rtnetlink.h), in the order in which iproute2 prints it. */
export const METRIC_NAMES = [
  'mtu',
  'window',
  'ssthresh',
  'cwnd',
  'advmss',
  'reordering',
  'hoplimit',
  'initcwnd',
  'initrwnd',
  'quickack',
] as const

/** The name of a route metric, as `ip route` spells it. */
export type MetricName = (typeof METRIC_NAMES)[number]

/** Zero is the same as not set. One shape for all routes, and one object for all that have none. */
export interface RouteMetrics extends Readonly<Record<MetricName, number>> {
  /** Those that path MTU discovery and TCP may not change. */
  readonly locked: readonly MetricName[]
}

/** No metric is set; one object for all routes that have none. */
export const NO_METRICS: RouteMetrics = Object.freeze({
  mtu: 0,
  window: 0,
  ssthresh: 0,
  cwnd: 0,
  advmss: 0,
  reordering: 0,
  hoplimit: 0,
  initcwnd: 0,
  initrwnd: 0,
  quickack: 0,
  locked: Object.freeze([]),
})

/** The largest MTU and MSS that a route can carry (`fib_metrics` in net/ipv4/metrics.c cuts them). */
const MAX_MTU = 65535 - 15
const MAX_ADVMSS = 65535 - 40
const MAX_HOPLIMIT = 255

/** Metrics with these values, cut to what the kernel allows (`ip_metrics_convert`). */
export function metricsOf(
  values: Partial<Record<MetricName, number>>,
  locked: readonly MetricName[] = [],
): RouteMetrics {
  const metrics = {
    ...NO_METRICS,
    ...values,
    locked: Object.freeze(METRIC_NAMES.filter((name) => locked.includes(name))),
  }
  metrics.mtu = Math.min(metrics.mtu, MAX_MTU)
  metrics.advmss = Math.min(metrics.advmss, MAX_ADVMSS)
  metrics.hoplimit = Math.min(metrics.hoplimit, MAX_HOPLIMIT)
  return METRIC_NAMES.every((name) => metrics[name] === 0) && metrics.locked.length === 0
    ? NO_METRICS
    : Object.freeze(metrics)
}

/** Are they the same in every value? */
export function sameMetrics(a: RouteMetrics, b: RouteMetrics): boolean {
  if (a === b) return true
  return METRIC_NAMES.every((name) => a[name] === b[name]) && a.locked.join() === b.locked.join()
}
