import {
  formatPrefix,
  networkOf,
  type Prefix,
  parsePrefix,
  prefixContains,
  tryParseIpv4,
} from '../../packet/address.ts'
import { KubehopError, UnsupportedError } from '../../packet/errors.ts'
import type { CommandLine } from '../pflag.ts'
import { flagError } from './command-line.ts'
import type { NetworkRequest } from './daemon.ts'
import { DaemonError } from './errors.ts'
import { filterOf, matchesLabel, matchesName } from './filter.ts'
import { listText } from './format.ts'
import { forEach, type Handler, handler, listOf, MANY, pairsOf, textOf, VALUE } from './handler.ts'
import { inspectNetwork } from './inspect.ts'
import { inspectAll } from './inspect-command.ts'
import { networkListing } from './lists.ts'
import { type DockerNetwork, shortId } from './model.ts'
import { addressOf } from './run-options.ts'

export const NETWORK_COMMANDS: Readonly<Record<string, Handler>> = {
  'network ls': handler(
    'network ls',
    '[OPTIONS]',
    [0, 0],
    { filter: { short: 'f', ...VALUE }, format: VALUE, 'no-trunc': {}, quiet: { short: 'q' } },
    (line, daemon, { stdout }) => {
      const whole = line.flags.has('no-trunc')
      const networks = daemon.networks.filter(filterOf(listOf(line, 'filter'), FILTERS, ['dangling'], wrongListFlag))
      const format = textOf(line, 'format')
      if (line.flags.has('quiet') && format === undefined)
        stdout.write(networks.map(({ id }) => `${whole ? id : shortId(id)}\n`).join(''))
      else stdout.write(listText(networkListing(networks, { whole }), format))
      return 0
    },
  ),
  'network create': handler(
    'network create',
    '[OPTIONS] NETWORK',
    [1, 1],
    {
      attachable: {},
      driver: { short: 'd', ...VALUE },
      gateway: VALUE,
      internal: {},
      'ip-range': { refused: true, ...VALUE },
      label: VALUE,
      opt: { short: 'o', ...VALUE },
      subnet: VALUE,
    },
    (line, daemon, { stdout }) => {
      stdout.write(`${daemon.createNetwork(networkRequest(line)).id}\n`)
      return 0
    },
  ),
  'network rm': handler(
    'network rm',
    'NETWORK [NETWORK...]',
    [1, MANY],
    {},
    forEach(
      (name, daemon) => daemon.removeNetwork(name),
      () => 'exit status 1',
    ),
  ),
  'network prune': handler(
    'network prune',
    '[OPTIONS]',
    [0, 0],
    { force: { short: 'f' } },
    ({ flags }, daemon, { stdout }) => {
      if (!flags.has('force'))
        throw new UnsupportedError('docker network prune, which asks', { hint: 'write docker network prune -f' })
      const removed = daemon.pruneNetworks()
      if (removed.length > 0) stdout.write(`Deleted Networks:\n${removed.map((name) => `${name}\n`).join('')}\n`)
      return 0
    },
  ),
  'network connect': handler(
    'network connect',
    '[OPTIONS] NETWORK CONTAINER',
    [2, 2],
    { alias: VALUE, 'gw-priority': VALUE, ip: VALUE },
    (line, daemon) => {
      const [network = '', container = ''] = line.words
      const request = {
        address: addressOf(textOf(line, 'ip'), wrongFlag),
        aliases: listOf(line, 'alias'),
        priority: priorityOf(textOf(line, 'gw-priority')),
      }
      daemon.connect(daemon.network(network), daemon.container(container), request)
      return 0
    },
  ),
  'network disconnect': handler(
    'network disconnect',
    '[OPTIONS] NETWORK CONTAINER',
    [2, 2],
    { force: { short: 'f' } },
    ({ words }, daemon) => {
      const [network = '', container = ''] = words
      daemon.disconnect(daemon.network(network), daemon.container(container))
      return 0
    },
  ),
  'network inspect': handler(
    'network inspect',
    '[OPTIONS] NETWORK [NETWORK...]',
    [1, MANY],
    { format: { short: 'f', ...VALUE } },
    (line, daemon, context) =>
      inspectAll(
        line,
        context,
        (name) => inspectNetwork(daemon.network(name), daemon.containers),
        (error) => `Error response from daemon: ${error.message}`,
      ),
  ),
}

const FILTERS = {
  driver: (value: string, { kind }: DockerNetwork) => kind === value,
  id: (value: string, { id }: DockerNetwork) => id.startsWith(value),
  label: (value: string, network: DockerNetwork) => network.kind === 'bridge' && matchesLabel(value, network.labels),
  name: (value: string, { name }: DockerNetwork) => matchesName(value, name),
  scope: (value: string) => value === 'local',
  type: (value: string, { name }: DockerNetwork) => (value === 'builtin') === ['bridge', 'host', 'none'].includes(name),
}

function wrongFlag(why: string): never {
  throw flagError({ name: 'network connect', usage: '[OPTIONS] NETWORK CONTAINER' }, why)
}

function wrongListFlag(why: string): never {
  throw flagError({ name: 'network ls', usage: '[OPTIONS]' }, why)
}

function priorityOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[-+]?\d+$/.test(text)) return Number(text)
  return wrongFlag(
    `invalid argument ${JSON.stringify(text)} for "--gw-priority" flag: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
  )
}

const DRIVER_OPTION = 'com.docker.network.driver.'
const OPTION = 'com.docker.network.bridge.'
/** What people write, and what Docker passes over without a word. */
const SHORT: Readonly<Record<string, string>> = {
  icc: `${OPTION}enable_icc`,
  'ip-masq': `${OPTION}enable_ip_masquerade`,
  mtu: `${DRIVER_OPTION}mtu`,
  name: `${OPTION}name`,
}

function networkRequest(line: CommandLine): NetworkRequest {
  const { words, flags } = line
  const driver = textOf(line, 'driver') ?? 'bridge'
  if (driver !== 'bridge') throw new UnsupportedError(`docker network create --driver ${driver}`)
  const options = pairsOf(listOf(line, 'opt'))
  const take = (name: string): string | undefined => {
    const value = options.get(name)
    options.delete(name)
    return value
  }
  const isOn = (name: string): boolean => {
    const value = take(OPTION + name) ?? 'true'
    if (/^(1|t|true)$/i.test(value)) return true
    if (/^(0|f|false)$/i.test(value)) return false
    throw new DaemonError(`strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`)
  }
  const gatewayMode = take(`${OPTION}gateway_mode_ipv4`) ?? 'nat'
  const subnets = listOf(line, 'subnet')
  if (subnets.length > 1) throw new UnsupportedError('docker network create with two subnets')
  const subnet = subnetOf(subnets[0])
  const request: NetworkRequest = {
    name: words[0]!,
    bridge: take(`${OPTION}name`),
    mtu: mtuOf(take(`${DRIVER_OPTION}mtu`)),
    icc: isOn('enable_icc'),
    masquerade: isOn('enable_ip_masquerade'),
    internal: flags.has('internal'),
    isUnprotected: gatewayMode === 'nat-unprotected',
    subnet,
    gateway: gatewayIn(subnet, textOf(line, 'gateway')),
    labels: pairsOf(listOf(line, 'label')),
  }
  if (gatewayMode !== 'nat' && gatewayMode !== 'nat-unprotected')
    throw new UnsupportedError(`docker network create: gateway mode ${gatewayMode}`)
  const [other] = options.keys()
  if (other !== undefined) {
    const whole = Object.hasOwn(SHORT, other) ? SHORT[other]! : undefined
    throw new UnsupportedError(
      `docker network create --opt ${other}`,
      whole === undefined ? {} : { hint: `Docker passes it over; write -o ${whole}=${options.get(other)}` },
    )
  }
  return request
}

function mtuOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{2,5}$/.test(text) && Number(text) >= 68 && Number(text) <= 65535) return Number(text)
  throw new UnsupportedError(`docker network create with an MTU of ${text}`)
}

/** @throws DaemonError */
function gatewayIn(subnet: Prefix | undefined, text: string | undefined): NetworkRequest['gateway'] {
  if (text === undefined) return undefined
  const gateway = tryParseIpv4(text)
  if (subnet === undefined || gateway === undefined || !prefixContains(subnet, gateway)) {
    const why =
      gateway === undefined
        ? `invalid gateway ${text}`
        : subnet === undefined
          ? undefined
          : `invalid gateway ${text}: parent subnet: ${formatPrefix(subnet)}`
    throw new DaemonError(
      why === undefined ? `no matching subnet for gateway ${text}` : `invalid network config:\n${why}`,
    )
  }
  return gateway
}

function subnetOf(text: string | undefined): NetworkRequest['subnet'] {
  if (text === undefined) return undefined
  let subnet: Prefix | undefined
  try {
    if (text.includes('/')) subnet = parsePrefix(text)
  } catch (error) {
    if (!(error instanceof KubehopError)) throw error
  }
  if (subnet === undefined)
    throw new DaemonError(`invalid network config:\ninvalid subnet ${text}: invalid CIDR block notation`)
  const { address, length } = subnet
  const whole = { address: networkOf(address, length), length }
  if (whole.address !== address)
    throw new DaemonError(`invalid network config:\ninvalid subnet ${text}: it should be ${formatPrefix(whole)}`)
  return subnet
}
