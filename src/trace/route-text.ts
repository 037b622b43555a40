import type { Dst } from '../netns/dst.ts'
import { printRoute } from '../route/print.ts'
import type { Route } from '../route/types.ts'

interface Printed {
  readonly text: string
  readonly device: string
  readonly carrier: boolean
}

/** Routes are immutable, but a line of `ip route` also tells of the route's device. */
const printed = new WeakMap<Route, Printed>()

/** The route that decided, as `ip route` prints it; the drop reason or errno when there is none. */
export function routeText(dst: Dst): string {
  const { route, link } = dst
  if (route === null) return dst.martian ?? dst.error ?? 'none'
  // the device of a local route is not the one by which the packet leaves
  const device = link.ifindex === route.ifindex ? link : (link.netns.device(route.ifindex) ?? link)
  const known = printed.get(route)
  if (known !== undefined && known.device === device.name && known.carrier === device.carrier) return known.text
  const text = printRoute(route, link.netns).trim()
  printed.set(route, { text, device: device.name, carrier: device.carrier })
  return text
}
