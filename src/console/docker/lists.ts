import { formatIpv4 } from '../../packet/address.ts'
import { align } from '../tabwriter.ts'
import { type Container, type DockerNetwork, isRunning, shortId } from './model.ts'

/** docker/cli cli/command/formatter/formatter.go */
const TABLE = { narrowest: 10, padding: 3 }
const LONGEST_COMMAND = 20
const SECOND = 1e9

/** `docker ps` */
export function containerTable(containers: readonly Container[], now: number): string {
  const header = ['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'PORTS', 'NAMES']
  const rows = containers.map((container) => [
    shortId(container.id),
    container.image,
    commandText(container),
    `${duration(now - container.createdAt)} ago`,
    statusText(container, now),
    portsText(container),
    container.name,
  ])
  return align([header, ...rows], TABLE)
}

/** `docker network ls` */
export function networkTable(networks: readonly DockerNetwork[]): string {
  const rows = networks.map(({ id, name, kind }) => [shortId(id), name, kind, 'local'])
  return align([['NETWORK ID', 'NAME', 'DRIVER', 'SCOPE'], ...rows], TABLE)
}

/** Quoted, and cut off. What an image runs by itself nobody knows. */
function commandText({ command }: Container): string {
  const letters = [...command.join(' ')]
  const text =
    letters.length > LONGEST_COMMAND ? `${letters.slice(0, LONGEST_COMMAND - 1).join('')}…` : letters.join('')
  return JSON.stringify(text)
}

export function statusText(container: Container, now: number): string {
  const { startedAt, stoppedAt, exitCode } = container
  if (startedAt === null) return 'Created'
  if (isRunning(container)) return `Up ${duration(now - startedAt)}`
  return `Exited (${exitCode}) ${duration(now - (stoppedAt ?? now))} ago`
}

/** `DisplayablePorts`: those that have the same number on both sides are drawn together, and stand first. */
function portsText({ sandbox }: Container): string {
  const bindings = (sandbox?.endpoint?.bindings ?? []).map((binding) => ({
    ...binding,
    ip: formatIpv4(binding.hostAddress),
  }))
  bindings.sort((a, b) => a.port - b.port || (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : a.hostPort - b.hostPort))
  const groups = new Map<string, { first: number; last: number }>()
  const finished: string[] = []
  const others: string[] = []
  const groupText = (key: string, { first, last }: { first: number; last: number }): string => {
    const [ip, protocol] = key.split('/')
    const range = first === last ? String(first) : `${first}-${last}`
    return `${ip}:${range}->${range}/${protocol}`
  }
  for (const { ip, hostPort, port, protocol } of bindings) {
    if (hostPort !== port) {
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
