import { formatIpv4 } from '../../packet/address.ts'
import type { Listing } from './format.ts'
import { bindingsOf, type Container, type DockerNetwork, isRunning, shortId } from './model.ts'

const LONGEST_COMMAND = 20
const SECOND = 1e9

interface Options {
  /** `--no-trunc` */
  readonly whole: boolean
  /** Virtual time in nanoseconds. */
  readonly now: number
}

/** `docker ps` */
export function containerListing(containers: readonly Container[], { whole, now }: Options): Listing {
  return {
    headers: {
      ID: 'CONTAINER ID',
      Image: 'IMAGE',
      Command: 'COMMAND',
      CreatedAt: 'CREATED AT',
      RunningFor: 'CREATED',
      Status: 'STATUS',
      State: 'STATE',
      Ports: 'PORTS',
      Names: 'NAMES',
      Labels: 'LABELS',
      Networks: 'NETWORKS',
    },
    columns: ['ID', 'Image', 'Command', 'RunningFor', 'Status', 'Ports', 'Names'],
    rows: containers.map((container) => ({
      Command: commandText(container, whole),
      CreatedAt: timeText(container.createdAt),
      ID: whole ? container.id : shortId(container.id),
      Image: container.image,
      Label: (name) => container.labels.get(String(name)) ?? '',
      Labels: labelsText(container.labels),
      Names: container.name,
      Networks: networksOf(container).join(','),
      Ports: portsText(container),
      RunningFor: `${duration(now - container.createdAt)} ago`,
      State: stateOf(container),
      Status: statusText(container, now),
    })),
  }
}

/** `docker network ls` */
export function networkListing(networks: readonly DockerNetwork[], { whole }: Pick<Options, 'whole'>): Listing {
  return {
    headers: {
      ID: 'NETWORK ID',
      Name: 'NAME',
      Driver: 'DRIVER',
      Scope: 'SCOPE',
      IPv4: 'IPV4',
      IPv6: 'IPV6',
      Internal: 'INTERNAL',
      Labels: 'LABELS',
      CreatedAt: 'CREATED AT',
    },
    columns: ['ID', 'Name', 'Driver', 'Scope'],
    rows: networks.map((network) => {
      const { id, name, kind } = network
      const labels = network.kind === 'bridge' ? network.labels : new Map<string, string>()
      return {
        CreatedAt: timeText(network.kind === 'bridge' ? network.createdAt : 0),
        Driver: kind,
        ID: whole ? id : shortId(id),
        IPv4: 'true',
        IPv6: 'false',
        Internal: String(network.kind === 'bridge' && network.rules.internal),
        Label: (label) => labels.get(String(label)) ?? '',
        Labels: labelsText(labels),
        Name: name,
        Scope: 'local',
      }
    }),
  }
}

export function stateOf(container: Container): 'running' | 'created' | 'exited' {
  return isRunning(container) ? 'running' : container.startedAt === null ? 'created' : 'exited'
}

/** Names of the networks that a container is connected to. */
export function networksOf({ mode, attachments }: Container): string[] {
  if (mode.kind === 'container') return []
  const plain = mode.network.kind === 'bridge' ? [] : [mode.network.name]
  return [...plain, ...attachments.map(({ network }) => network.name)].sort()
}

function labelsText(labels: ReadonlyMap<string, string>): string {
  return [...labels]
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(',')
}

/** Virtual time begins with 1970. */
function timeText(nanoseconds: number): string {
  const text = new Date(nanoseconds / 1e6).toISOString()
  return `${text.slice(0, 10)} ${text.slice(11, 19)} +0000 UTC`
}

/** Quoted, and cut off. What an image runs by itself nobody knows. */
function commandText({ command }: Container, whole: boolean): string {
  const letters = [...command.join(' ')]
  const isLong = !whole && letters.length > LONGEST_COMMAND
  return JSON.stringify(isLong ? `${letters.slice(0, LONGEST_COMMAND - 1).join('')}…` : letters.join(''))
}

export function statusText(container: Container, now: number): string {
  const { startedAt, stoppedAt, exitCode } = container
  if (startedAt === null) return 'Created'
  if (isRunning(container)) return `Up ${duration(now - startedAt)}`
  return `Exited (${exitCode}) ${duration(now - (stoppedAt ?? now))} ago`
}

/** `DisplayablePorts`: those that have the same number on both sides are drawn together, and stand first. */
export function portsText(container: Container): string {
  const exposed = isRunning(container) && container.mode.kind === 'network' ? container.exposed : []
  const bindings = bindingsOf(container).map((binding) => ({ ...binding, ip: formatIpv4(binding.hostAddress) }))
  const unpublished = exposed
    .filter(({ port, protocol }) => !bindings.some((each) => each.port === port && each.protocol === protocol))
    .map(({ port, protocol }) => ({ port, protocol, ip: '', hostPort: 0 }))
  const all = [...bindings, ...unpublished]
  all.sort((a, b) => a.port - b.port || (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : a.hostPort - b.hostPort))
  const groups = new Map<string, { first: number; last: number }>()
  const finished: string[] = []
  const others: string[] = []
  const groupText = (key: string, { first, last }: { first: number; last: number }): string => {
    const [ip, protocol] = key.split('/')
    const range = first === last ? String(first) : `${first}-${last}`
    return ip === '' ? `${range}/${protocol}` : `${ip}:${range}->${range}/${protocol}`
  }
  for (const { ip, hostPort, port, protocol } of all) {
    if (ip !== '' && hostPort !== port) {
      others.push(`${ip}:${hostPort}->${port}/${protocol}`)
      continue
    }
    const key = `${ip}/${protocol}`
    const group = groups.get(key)
    if (group !== undefined && port === group.last + 1) group.last = port
    else {
      if (group !== undefined) finished.push(groupText(key, group))
      groups.set(key, { first: port, last: port })
    }
  }
  return [...finished, ...[...groups].map(([key, group]) => groupText(key, group)), ...others].join(', ')
}

/** `HumanDuration`, docker/go-units */
function duration(nanoseconds: number): string {
  const seconds = Math.floor(nanoseconds / SECOND)
  if (seconds < 1) return 'Less than a second'
  if (seconds === 1) return '1 second'
  if (seconds < 60) return `${seconds} seconds`
  const minutes = Math.floor(seconds / 60)
  if (minutes === 1) return 'About a minute'
  if (minutes < 60) return `${minutes} minutes`
  const hours = Math.floor(seconds / 3600 + 0.5)
  if (hours === 1) return 'About an hour'
  if (hours < 48) return `${hours} hours`
  return `${Math.floor(hours / 24)} days`
}
