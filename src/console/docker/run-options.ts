import { IPV4_ANY, tryParseIpv4 } from '../../packet/address.ts'
import { UnsupportedError } from '../../packet/errors.ts'
import type { CommandLine } from '../pflag.ts'
import { type DockerCommand, NOT_RUN, UsageError } from './command-line.ts'
import type { ContainerRequest } from './daemon.ts'
import type { PortBinding } from './firewall.ts'

const VALUE = { value: true } as const

export const RUN: DockerCommand = {
  name: 'run',
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  least: 1,
  most: Number.POSITIVE_INFINITY,
  ordered: true,
  flags: {
    'cap-add': VALUE,
    detach: { short: 'd' },
    hostname: { short: 'h', ...VALUE },
    init: {},
    interactive: { short: 'i' },
    ip: VALUE,
    name: VALUE,
    net: VALUE,
    network: VALUE,
    privileged: {},
    publish: { short: 'p', ...VALUE },
    'publish-all': { short: 'P', refused: true },
    pull: VALUE,
    quiet: { short: 'q' },
    restart: VALUE,
    rm: {},
    tty: { short: 't' },
  },
}

/** What is asked for. Capabilities, terminals and restarts change nothing here. */
export function containerRequest({ words, flags, values }: CommandLine): ContainerRequest {
  const [image = '', ...command] = words
  const text = (name: string): string | undefined => {
    const value = flags.get(name)
    return typeof value === 'string' ? value : undefined
  }
  const networks = values.filter(([name]) => name === 'net' || name === 'network').map(([, value]) => value)
  if (networks.length > 1) throw new UnsupportedError('docker run with two networks')
  const [network = 'default'] = networks
  if (/[=,]/.test(network)) throw new UnsupportedError(`docker run --network ${network}`)
  const given = text('ip')
  const address = given === undefined ? undefined : tryParseIpv4(given)
  if (given !== undefined && address === undefined)
    throw refusal(`invalid argument "${given}" for "--ip" flag: failed to parse IP: "${given}"`)
  return {
    name: text('name'),
    hostname: text('hostname'),
    image,
    command,
    network,
    ports: values.filter(([name]) => name === 'publish').map(([, value]) => parsePort(value)),
    address,
    removeWhenStopped: flags.has('rm'),
  }
}

function refusal(why: string): UsageError {
  return new UsageError(`docker: ${why}\n\nRun 'docker run --help' for more information`, NOT_RUN)
}

/** `[[ADDRESS:]HOSTPORT:]PORT[/PROTOCOL]` (docker/go-connections nat/nat.go `ParsePortSpec`). */
function parsePort(spec: string): PortBinding {
  if (/\d-\d/.test(spec)) throw new UnsupportedError(`docker run --publish ${spec}: ranges of ports`)
  if (spec.startsWith('[')) throw new UnsupportedError(`docker run --publish ${spec}: IPv6`)
  const [ports = '', protocol = 'tcp'] = spec.split('/')
  const parts = ports.split(':')
  const port = parts.pop() ?? ''
  const host = parts.pop() ?? ''
  const ip = parts.join(':')
  const hostAddress = ip === '' ? IPV4_ANY : tryParseIpv4(ip)
  if (hostAddress === undefined) throw refusal(`invalid IP address: ${ip}`)
  if (port === '') throw refusal(`no port specified: ${spec}<empty>`)
  if (!isPort(port)) throw refusal(`invalid containerPort: ${port}`)
  if (host !== '' && !isPort(host)) throw refusal(`invalid hostPort: ${host}`)
  const name = protocol.toLowerCase()
  if (name === 'sctp') throw new UnsupportedError('docker run --publish of SCTP')
  if (name !== 'tcp' && name !== 'udp') throw refusal(`invalid proto: ${protocol}`)
  return { protocol: name, hostAddress, hostPort: host === '' ? 0 : Number(host), port: Number(port) }
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535
}
