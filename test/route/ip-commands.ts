import { broadcastOf, IPV4_ANY, type Ipv4, isLoopback, parseIpv4 } from '../../src/packet/address.ts'
import {
  addAddress,
  deleteAddress,
  deviceUp,
  errnoText,
  Fib,
  FlowKey,
  findAddress,
  NetlinkError,
  parseRoute,
  parseRule,
  printRouteGet,
  printRoutes,
  printRule,
  RouteDecision,
  removeDevice,
  routeInput,
  routeOutput,
  SCOPE_NAMES,
  Scope,
  UsageError,
} from '../../src/route/index.ts'
import { prefixOf } from '../../src/route/words.ts'
import { type FakeDevice, FakeHost } from './fake-host.ts'

/** A namespace with `lo` and the cables va-vb, vc-vd, ve-vh, as the comparison with the kernel builds it; only va, vc, ve matter. */
export class FakeNamespace {
  readonly host = new FakeHost('vb', 'va', 'vd', 'vc', 'vh', 've')
  readonly fib = new Fib(this.host)
  readonly #key = new FlowKey()
  readonly #decision = new RouteDecision()

  constructor() {
    for (const name of ['vb', 'vd', 'vh']) this.#device(name).up = name !== 'vd'
    this.#device('vc').peerUp = false
    this.run('link set lo up')
  }

  /** Runs one `ip` command. Returns what it prints on standard error, without the line feed at the end; empty when it worked. */
  run(command: string): string {
    const words = command.split(' ').filter((word) => word !== '')
    try {
      this.#run(words)
      return ''
    } catch (error) {
      if (error instanceof NetlinkError) return error.iproute2Text
      if (error instanceof UsageError) return error.message
      throw error
    }
  }

  #run([object, verb, ...rest]: string[]): void {
    if (object === 'link' && verb === 'del') this.#unplug(rest[0]!)
    else if (object === 'link') this.#link(rest)
    else if (object === 'addr') this.#addr(verb!, rest)
    else if (object === 'rule') {
      if (verb === 'add') this.fib.addRule(parseRule(rest, 'add'))
      else this.fib.deleteRule(parseRule(rest, 'del'))
    } else if (verb === 'del') this.fib.delete(parseRoute(rest, this.host))
    else this.fib.add(parseRoute(rest, this.host), verb as 'add')
  }

  #link([name, state]: string[]): void {
    const device = this.#device(name!)
    if (device.up === (state === 'up')) return
    device.up = state === 'up'
    if (!device.up) {
      this.fib.deviceDown(device.ifindex)
      return
    }
    if (device.loopback && device.addresses.length === 0) this.#run('addr add 127.0.0.1/8 dev lo scope host'.split(' '))
    deviceUp(this.fib, device)
  }

  /** A cable goes with both its ends. */
  #unplug(name: string): void {
    const position = this.host.all.indexOf(this.#device(name))
    for (const device of this.host.all.splice(position - 1, 2)) {
      device.up = false
      this.fib.deviceDown(device.ifindex)
      removeDevice(this.fib, device)
    }
    this.fib.devicesChanged()
  }

  #addr(verb: string, rest: string[]): void {
    const option = (name: string) => (rest.includes(name) ? rest[rest.indexOf(name) + 1]! : undefined)
    const device = this.#device(option('dev')!)
    const own = prefixOf(rest[0]!)
    if (verb === 'del') {
      const found = findAddress(device, own.address, own.length)
      if (found === undefined) throw new NetlinkError('EADDRNOTAVAIL', 'ipv4: Address not found')
      deleteAddress(this.fib, device, found)
      return
    }
    const peer = option('peer')
    const length = peer === undefined ? own.length : prefixOf(peer).length
    const at = peer === undefined ? own.address : prefixOf(peer).address
    const brd = option('brd')
    const scope = option('scope')
    addAddress(this.fib, device, {
      local: own.address,
      address: at,
      length,
      broadcast: brd === undefined ? IPV4_ANY : brd === '+' ? plusBroadcast(at, length) : parseIpv4(brd),
      // Without a word an address of 127.0.0.0/8 is for this host alone (default_scope, iproute2 ip/ipaddress.c).
      scope: scope === undefined ? (isLoopback(own.address) ? Scope.HOST : Scope.UNIVERSE) : SCOPE_NAMES.number(scope)!,
      noprefixroute: rest.includes('noprefixroute'),
      metric: Number(option('metric') ?? 0),
      label: device.name,
    })
  }

  /** `ip -4 route show table all` */
  routes(): string {
    return printRoutes(this.fib.routes(), this.host, { tables: true })
  }

  /** `ip rule show` */
  rules(): string {
    return this.fib.rules
      .map((rule) => `${printRule(rule, this.host, { unresolved: this.fib.isUnresolved(rule) })}\n`)
      .join('')
  }

  /** `ip route get …`: what it prints, on standard output or error. */
  get(command: string): string {
    try {
      return this.#get(command)
    } catch (error) {
      if (error instanceof UsageError) return `${error.message}\n`
      throw error
    }
  }

  #get(command: string): string {
    const [destination, ...rest] = command.split(' ')
    const option = (name: string) => (rest.includes(name) ? rest[rest.indexOf(name) + 1]! : undefined)
    const key = this.#key.reset()
    key.destination = parseIpv4(destination!)
    key.source = parseIpv4(option('from') ?? '0.0.0.0')
    key.mark = Number(option('mark') ?? 0)
    key.tos = Number(option('tos') ?? 0)
    key.protocol = 17
    const iif = option('iif')
    if (iif === undefined) {
      const oif = option('oif')
      key.oif = oif === undefined ? 0 : this.#device(oif).ifindex
      const error = routeOutput(this.fib, key, this.#decision)
      if (error !== 0) return `RTNETLINK answers: ${errnoText(error)}\n`
    } else {
      const device = this.#device(iif)
      key.iif = device.ifindex
      if (!routeInput(this.fib, key, device, this.#decision)) {
        const error = this.#decision.martian !== null ? 22 : this.#decision.error
        return `RTNETLINK answers: ${errnoText(error)}\n`
      }
    }
    return printRouteGet(this.#decision, key, this.host, { input: iif !== undefined })
  }

  #device(name: string): FakeDevice {
    const device = this.host.deviceByName(name)
    if (device === undefined) throw new UsageError(`Cannot find device "${name}"`, 1)
    return device
  }
}

/** What `brd +` means: nothing in a network too small for a broadcast address. */
function plusBroadcast(address: Ipv4, length: number): Ipv4 {
  return length <= 30 ? broadcastOf(address, length) : IPV4_ANY
}
