import { type Ipv4, tryParseIpv4 } from '../../packet/address.ts'
import { UnsupportedError } from '../../packet/errors.ts'
import { type Mac, parseMac } from '../../packet/mac.ts'
import type { CommandLine, Flags } from '../pflag.ts'
import { type DockerCommand, flagError, NOT_RUN, UsageError } from './command-line.ts'
import type { ContainerRequest } from './daemon.ts'
import { listOf, MANY, pairsOf, textOf, VALUE } from './handler.ts'
import { type PortRequest, parseExposed, parsePortSpec } from './port-spec.ts'

const CREATE_FLAGS: Flags = {
  'add-host': VALUE,
  'cap-add': VALUE,
  'cap-drop': VALUE,
  expose: VALUE,
  hostname: { short: 'h', ...VALUE },
  init: {},
  interactive: { short: 'i' },
  ip: VALUE,
  label: { short: 'l', ...VALUE },
  'mac-address': VALUE,
  name: VALUE,
  net: VALUE,
  'net-alias': VALUE,
  network: VALUE,
  'network-alias': VALUE,
  privileged: {},
  publish: { short: 'p', ...VALUE },
  'publish-all': { short: 'P' },
  pull: VALUE,
  quiet: { short: 'q' },
  restart: VALUE,
  rm: {},
  tty: { short: 't' },
}

export const RUN: DockerCommand = {
  name: 'run',
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  least: 1,
  most: MANY,
  ordered: true,
  flags: { detach: { short: 'd' }, ...CREATE_FLAGS },
}

export const CREATE: DockerCommand = { ...RUN, name: 'create', flags: CREATE_FLAGS }

/** What is asked for, and the networks beside the first. Capabilities and terminals change nothing here. @throws UsageError @throws UnsupportedError */
export function containerRequest(line: CommandLine): ContainerRequest & { readonly moreNetworks: readonly string[] } {
  const { words, flags } = line
  const [image = '', ...command] = words
  const [network = 'default', ...moreNetworks] = listOf(line, 'net', 'network')
  for (const each of [network, ...moreNetworks]) {
    if (/[=,]/.test(each))
      throw new UnsupportedError(`docker run --network ${each}: the long form`, {
        hint: 'write --network NAME --network-alias ALIAS --ip ADDRESS',
      })
  }
  const restart = textOf(line, 'restart') ?? 'no'
  if (restart !== 'no' && command.length > 0)
    throw new UnsupportedError(`docker run --restart ${restart} with a COMMAND, which would be started again`)
  const published = listOf(line, 'publish').flatMap((spec) => parsePortSpec(spec, refuse))
  const exposed = listOf(line, 'expose').flatMap((spec) => parseExposed(spec, refuse))
  if (flags.has('publish-all') && exposed.length === 0) {
    throw new UnsupportedError('docker run --publish-all without --expose: what an image exposes', {
      hint: 'there are no images; write -P --expose 80, or -p 80',
    })
  }
  return {
    name: textOf(line, 'name'),
    hostname: textOf(line, 'hostname'),
    image,
    command,
    network,
    moreNetworks,
    ports: flags.has('publish-all') ? [...published, ...unpublished(exposed, published)] : published,
    exposed,
    labels: pairsOf(listOf(line, 'label')),
    extraHosts: listOf(line, 'add-host').map(extraHost),
    attachment: {
      address: addressOf(textOf(line, 'ip'), wrongFlag),
      aliases: listOf(line, 'network-alias', 'net-alias'),
      mac: macOf(textOf(line, 'mac-address')),
    },
    removeWhenStopped: flags.has('rm'),
  }
}

/** Those that `-P` publishes: what `-p` has published already, it leaves alone. */
function unpublished(exposed: readonly PortRequest[], published: readonly PortRequest[]): PortRequest[] {
  return exposed.filter(
    ({ port, protocol }) => !published.some((each) => each.port === port && each.protocol === protocol),
  )
}

/** @param fail gets what docker says is wrong */
export function addressOf(text: string | undefined, fail: (why: string) => never): Ipv4 | undefined {
  if (text === undefined) return undefined
  return tryParseIpv4(text) ?? fail(`invalid argument "${text}" for "--ip" flag: failed to parse IP: "${text}"`)
}

function macOf(text: string | undefined): Mac | undefined {
  if (text === undefined) return undefined
  try {
    return parseMac(text)
  } catch {
    return refuse(`${text} is not a valid mac address`)
  }
}

/** `--add-host NAME:ADDRESS` */
function extraHost(text: string): readonly [string, string] {
  const [, name, address = ''] = /^([^:=]+)[:=](.*)$/.exec(text) ?? []
  if (name === undefined)
    return wrongFlag(`invalid argument "${text}" for "--add-host" flag: bad format for add-host: "${text}"`)
  if (address === 'host-gateway') throw new UnsupportedError('docker run --add-host …:host-gateway')
  if (tryParseIpv4(address) === undefined)
    return wrongFlag(`invalid argument "${text}" for "--add-host" flag: invalid IP address in add-host: "${address}"`)
  return [name, address]
}

function wrongFlag(why: string): never {
  throw flagError(RUN, why)
}

function refuse(why: string): never {
  throw new UsageError(`docker: ${why}\n\nRun 'docker run --help' for more information`, NOT_RUN)
}
