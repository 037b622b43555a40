import type { EndpointSlice, Endpoints } from '../../../kubernetes/index.ts'
import { UNKNOWN_AGE, withMore } from './cells.ts'

/** `printEndpoints` */
export function endpointsCells({ metadata, subsets }: Endpoints): string[] {
  const all = subsets.flatMap(({ addresses, ports }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip}:${port}`)),
  )
  return [metadata.name, subsets.length === 0 ? '<none>' : withMore(all), UNKNOWN_AGE]
}

/** `printEndpointSlice` */
export function endpointSliceCells({ metadata, addressType, ports, endpoints }: EndpointSlice): string[] {
  const portTexts = ports.map(({ name, port }) => (port === undefined ? name : String(port)))
  const addresses = endpoints.flatMap((endpoint) => endpoint.addresses)
  return [metadata.name, addressType, withMore(portTexts) || '<unset>', withMore(addresses) || '<unset>', UNKNOWN_AGE]
}
