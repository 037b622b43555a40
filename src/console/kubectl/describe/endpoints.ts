import type { Endpoint, EndpointAddress, EndpointPort, EndpointSlice, Endpoints } from '../../../kubernetes/index.ts'
import { EVENTS, headOf } from './metadata.ts'

const PORT_HEADER = ['Name\tPort\tProtocol', '----\t----\t--------']

function portRow({ name, port, protocol }: EndpointPort): string {
  return `${name || '<unset>'}\t${port ?? '<unset>'}\t${protocol}`
}

/** `describeEndpoints` */
export function describeEndpoints({ metadata, subsets }: Endpoints): string {
  const texts = subsets.map(({ addresses, notReadyAddresses, ports }) => {
    const rows =
      ports.length === 0 ? [] : ['  Ports:', ...[...PORT_HEADER, ...ports.map(portRow)].map((row) => `    ${row}`)]
    return [`  Addresses:\t${ips(addresses)}`, `  NotReadyAddresses:\t${ips(notReadyAddresses)}`, ...rows, '', ''].join(
      '\n',
    )
  })
  return `${headOf(metadata)}Subsets:\n${texts.join('')}${EVENTS}`
}

function ips(addresses: readonly EndpointAddress[]): string {
  return addresses.map(({ ip }) => ip).join(',') || '<none>'
}

/** `describeEndpointSliceV1` */
export function describeEndpointSlice({ metadata, addressType, ports, endpoints }: EndpointSlice): string {
  const rows = [...PORT_HEADER, ...ports.map(portRow)].map((row) => `  ${row}\n`)
  return [
    headOf(metadata),
    `AddressType:\t${addressType}\n`,
    ports.length === 0 ? 'Ports: <unset>\n' : `Ports:\n${rows.join('')}`,
    endpoints.length === 0 ? 'Endpoints: <none>\n' : `Endpoints:\n${endpoints.map(endpointLines).join('')}`,
    EVENTS,
  ].join('')
}

function endpointLines({ addresses, conditions, hostname, targetRef, nodeName, zone }: Endpoint): string {
  return [
    `  - Addresses:\t${addresses.join(', ') || '<none>'}`,
    '    Conditions:',
    `      Ready:\t${conditions.ready ?? '<unset>'}`,
    `    Hostname:\t${hostname ?? '<unset>'}`,
    ...(targetRef === undefined ? [] : [`    TargetRef:\t${targetRef.kind}/${targetRef.name}`]),
    `    NodeName:\t${nodeName ?? '<unset>'}`,
    `    Zone:\t${zone ?? '<unset>'}`,
    '',
  ].join('\n')
}
