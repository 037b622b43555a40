import { formatIpv4, formatPrefix } from '../../packet/address.ts'
import { formatMac } from '../../packet/mac.ts'
import { networksOf, stateOf } from './lists.ts'
import { type Attachment, bindingsOf, type Container, type DockerNetwork, endpointsOn } from './model.ts'
import { namesOf } from './name-server.ts'
import type { TemplateValue } from './template.ts'

// `docker inspect` and `docker network inspect`, as far as they are about networks. Times and what an image is are left out: nobody knows.

type Properties = { readonly [key: string]: TemplateValue }

/** Four blanks, as docker prints. */
export function asJson(objects: readonly unknown[]): string {
  return `${JSON.stringify(objects, null, 4)}\n`
}

export function inspectNetwork(network: DockerNetwork, containers: readonly Container[]): Properties {
  const { name, id, kind } = network
  const common = { Name: name, Id: id, Scope: 'local', Driver: kind, EnableIPv4: true, EnableIPv6: false }
  if (network.kind !== 'bridge')
    return {
      ...common,
      IPAM: { Driver: 'default', Options: null, Config: null },
      Internal: false,
      Options: {},
      Labels: {},
    }
  const { rules, subnet, device } = network
  const byId = (a: { container: Container }, b: { container: Container }): number =>
    a.container.id < b.container.id ? -1 : 1
  return {
    ...common,
    IPAM: {
      Driver: 'default',
      Options: {},
      Config: [{ Subnet: formatPrefix(subnet), Gateway: formatIpv4(network.gateway) }],
    },
    Internal: rules.internal,
    Options: optionsOf(network.name === 'bridge', rules, device.mtu),
    Labels: Object.fromEntries(network.labels),
    Containers: Object.fromEntries(
      endpointsOn(network, containers)
        .sort(byId)
        .map(({ container, endpoint }) => [
          container.id,
          {
            Name: container.name,
            EndpointID: endpoint.id,
            MacAddress: formatMac(endpoint.inner.mac),
            IPv4Address: `${formatIpv4(endpoint.address)}/${subnet.length}`,
            IPv6Address: '',
          },
        ]),
    ),
  }
}

function optionsOf(
  isDefault: boolean,
  { bridge, icc, masquerade, isUnprotected }: Attachment['network']['rules'],
  mtu: number,
): Record<string, string> {
  const prefix = 'com.docker.network.bridge.'
  return Object.fromEntries([
    ...(isDefault ? [[`${prefix}default_bridge`, 'true']] : []),
    ...(isDefault || !icc ? [[`${prefix}enable_icc`, String(icc)]] : []),
    ...(isDefault || !masquerade ? [[`${prefix}enable_ip_masquerade`, String(masquerade)]] : []),
    ...(isUnprotected ? [[`${prefix}gateway_mode_ipv4`, 'nat-unprotected']] : []),
    ...(isDefault ? [[`${prefix}host_binding_ipv4`, '0.0.0.0']] : []),
    ...(isDefault || !/^br-[0-9a-f]{12}$/.test(bridge) ? [[`${prefix}name`, bridge]] : []),
    ...(isDefault || mtu !== 1500 ? [['com.docker.network.driver.mtu', String(mtu)]] : []),
  ])
}

export function inspectContainer(container: Container): Properties {
  const { id, name, image, command, mode, exitCode, exposed, ports: requested, labels } = container
  const ports: Record<string, { HostIp: string; HostPort: string }[] | null> = {}
  for (const { port, protocol } of [...requested, ...exposed]) ports[`${port}/${protocol}`] = null
  for (const { port, protocol, hostAddress, hostPort } of bindingsOf(container)) {
    const key = `${port}/${protocol}`
    ports[key] = [...(ports[key] ?? []), { HostIp: formatIpv4(hostAddress), HostPort: String(hostPort) }]
  }
  const isUp = container.sandbox !== null && mode.kind === 'network'
  return {
    Id: id,
    Path: command[0] ?? '',
    Args: command.slice(1),
    State: { Status: stateOf(container), Running: container.sandbox !== null, ExitCode: exitCode },
    Image: image,
    Name: `/${name}`,
    HostConfig: {
      NetworkMode: mode.kind === 'container' ? `container:${mode.container.id}` : mode.network.name,
      PortBindings: bindingsRequested(container),
      AutoRemove: container.removeWhenStopped,
      ExtraHosts: container.extraHosts.map(([host, address]) => `${host}:${address}`),
    },
    Config: {
      Hostname: container.hostname ?? id.slice(0, 12),
      Cmd: command.length === 0 ? null : [...command],
      Image: image,
      Labels: Object.fromEntries(labels),
    },
    NetworkSettings: {
      Ports: isUp ? sortedByKey(ports) : {},
      Networks: Object.fromEntries(networksOf(container).map((network) => [network, settingsOf(container, network)])),
    },
  }
}

function bindingsRequested({ ports }: Container): Properties {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {}
  for (const { port, protocol, hostAddress, hostPort, lastHostPort } of ports) {
    const range = hostPort === lastHostPort ? `${hostPort}` : `${hostPort}-${lastHostPort}`
    bindings[`${port}/${protocol}`] ??= []
    bindings[`${port}/${protocol}`]!.push({
      HostIp: hostAddress === 0 ? '' : formatIpv4(hostAddress),
      HostPort: hostPort === 0 ? '' : range,
    })
  }
  return sortedByKey(bindings)
}

function sortedByKey<T extends TemplateValue>(of: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** What a container has of one of its networks. */
function settingsOf(container: Container, name: string): Properties {
  const { mode, sandbox } = container
  const attachment = container.attachments.find(({ network }) => network.name === name)
  const endpoint = sandbox?.endpoints.find((each) => each.attachment === attachment)
  const plain = mode.kind === 'network' && attachment === undefined ? mode.network.id : ''
  const isUsers = attachment !== undefined && name !== 'bridge'
  const hasGateway = endpoint !== undefined && attachment?.network.rules.internal === false
  return {
    IPAMConfig: attachment?.address === undefined ? null : { IPv4Address: formatIpv4(attachment.address) },
    Links: null,
    Aliases: attachment === undefined || attachment.aliases.length === 0 ? null : [...attachment.aliases],
    DriverOpts: null,
    GwPriority: attachment?.priority ?? 0,
    NetworkID: attachment?.network.id ?? plain,
    EndpointID: endpoint?.id ?? '',
    Gateway: hasGateway ? formatIpv4(attachment!.network.gateway) : '',
    IPAddress: endpoint === undefined ? '' : formatIpv4(endpoint.address),
    MacAddress: endpoint === undefined ? '' : formatMac(endpoint.inner.mac),
    IPPrefixLen: endpoint === undefined ? 0 : (attachment?.network.subnet.length ?? 0),
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: isUsers && endpoint !== undefined ? namesOf(container, attachment.aliases) : null,
  }
}
