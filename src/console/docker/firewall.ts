import { type BASE_CHAINS, parseCommand } from '../../netfilter/index.ts'
import type { NetworkNamespace } from '../../netns/index.ts'
import { formatIpv4, formatPrefix, IPV4_ANY, type Ipv4, isLoopback, type Prefix } from '../../packet/address.ts'
import { KubehopError } from '../../packet/errors.ts'

/*
 * What dockerd of version 29 does to iptables, in the words in which it calls it (moby/moby daemon/libnetwork/drivers/bridge/internal/iptabler: iptabler.go at
 * 16535bbf, network.go at 02dc3229, endpoint.go at 16db27c8, port.go at 0e90002a; daemon/libnetwork/firewall_linux.go). Userland proxy on: no hairpin mode. Version
 * 28 had the chains DOCKER-ISOLATION-STAGE-1 and -2 in the place of DOCKER-INTERNAL; 29.0.0 dropped them (moby/moby#49981).
 */

/** A network's bridge, as far as its rules depend on it. */
export interface BridgeRules {
  readonly bridge: string
  readonly subnet: Prefix
  /** `--internal`: no way in or out. */
  readonly internal: boolean
  /** Containers may talk to each other. */
  readonly icc: boolean
  readonly masquerade: boolean
  /** `gateway_mode_ipv4=nat-unprotected`: packets from outside may go straight to containers. */
  readonly isUnprotected: boolean
}

/** A published port. */
export interface PortBinding {
  readonly protocol: 'tcp' | 'udp'
  /** `0.0.0.0`: every address of the host. */
  readonly hostAddress: Ipv4
  readonly hostPort: number
  readonly port: number
}

type Words = readonly string[]

/** The rules of one host. */
export class DockerFirewall {
  readonly #netns: NetworkNamespace

  constructor(netns: NetworkNamespace) {
    this.#netns = netns
  }

  /** `setupIPChains`, `setupUserChain`: when the daemon starts. The default network comes in between. */
  start(): void {
    const { netfilter } = this.#netns
    const newChain = (table: 'nat' | 'filter', chain: string): void => {
      if (netfilter.table(table)?.chains.has(chain) !== true) this.#iptables(['-t', table, '-N', chain])
    }
    newChain('nat', 'DOCKER')
    for (const chain of ['DOCKER', 'DOCKER-FORWARD', 'DOCKER-BRIDGE', 'DOCKER-CT', 'DOCKER-INTERNAL'])
      newChain('filter', chain)
    const local = ['-m', 'addrtype', '--dst-type', 'LOCAL', '-j', 'DOCKER']
    this.#append('nat', 'PREROUTING', local, 'published ports')
    // what the host sends to its own loopback addresses is left to the userland proxy
    this.#append('nat', 'OUTPUT', [...local, '!', '--dst', '127.0.0.0/8'], 'published ports')
    this.#ensureJump('FORWARD', 'DOCKER-FORWARD')
    for (const chain of ['DOCKER-BRIDGE', 'DOCKER-INTERNAL', 'DOCKER-CT']) this.#ensureJump('DOCKER-FORWARD', chain)
  }

  /** dockerd switched ip_forward on by itself. */
  dropForwarding(): void {
    this.#iptables(['-P', 'FORWARD', 'DROP'])
  }

  /** `setupUserChain`: after each network the users' own rules stand first again. */
  arrangeUserChain(): void {
    if (this.#netns.netfilter.table('filter')?.chains.has('DOCKER-USER') !== true)
      this.#iptables(['-t', 'filter', '-N', 'DOCKER-USER'])
    this.#ensureJump('FORWARD', 'DOCKER-USER')
  }

  /** `setupIPTables` */
  addNetwork(network: BridgeRules): void {
    this.#network(network, true)
    this.arrangeUserChain()
  }

  /** `DelNetworkLevelRules` */
  removeNetwork(network: BridgeRules): void {
    this.#network(network, false)
  }

  #network(network: BridgeRules, add: boolean): void {
    const { bridge, internal, icc, isUnprotected, masquerade } = network
    const subnet = formatPrefix(network.subnet)
    const change = (
      how: '#append' | '#insert',
      table: 'nat' | 'filter',
      chain: string,
      words: Words,
      why: string,
    ): void => {
      if (!add) this.#delete(table, chain, words)
      else if (how === '#append') this.#append(table, chain, words, why)
      else this.#insert(table, chain, words, why)
    }
    const among = ['-i', bridge, '-o', bridge, '-j']
    if (internal) {
      change(
        '#insert',
        'filter',
        'DOCKER-INTERNAL',
        ['-i', bridge, '!', '-d', subnet, '-j', 'DROP'],
        'out of an internal network',
      )
      change(
        '#insert',
        'filter',
        'DOCKER-INTERNAL',
        ['-o', bridge, '!', '-s', subnet, '-j', 'DROP'],
        'into an internal network',
      )
      change('#append', 'filter', 'DOCKER-FORWARD', [...among, icc ? 'ACCEPT' : 'DROP'], 'container to container')
      return
    }
    if (masquerade)
      change(
        '#insert',
        'nat',
        'POSTROUTING',
        ['-s', subnet, '!', '-o', bridge, '-j', 'MASQUERADE'],
        'containers to the outside',
      )
    if (icc) change('#append', 'filter', 'DOCKER-FORWARD', ['-i', bridge, '-j', 'ACCEPT'], 'from a container')
    else {
      change('#append', 'filter', 'DOCKER-FORWARD', [...among, 'DROP'], 'container to container, icc is off')
      change(
        '#append',
        'filter',
        'DOCKER-FORWARD',
        ['-i', bridge, '!', '-o', bridge, '-j', 'ACCEPT'],
        'from a container to the outside',
      )
    }
    const action = isUnprotected ? 'ACCEPT' : 'DROP'
    change(
      '#append',
      'filter',
      'DOCKER',
      ['!', '-i', bridge, '-o', bridge, '-j', action],
      'from outside straight to a container',
    )
    const following = ['-m', 'conntrack', '--ctstate', 'RELATED,ESTABLISHED', '-j', 'ACCEPT']
    change('#append', 'filter', 'DOCKER-CT', ['-o', bridge, ...following], 'answers to containers')
    change('#append', 'filter', 'DOCKER-BRIDGE', ['-o', bridge, '-j', 'DOCKER'], 'to a container')
  }

  /** `filterDirectAccess`: nobody outside reaches a container by its own address. */
  endpoint({ bridge, internal, isUnprotected }: BridgeRules, address: Ipv4, add: boolean): void {
    if (internal || isUnprotected) return
    this.#change(
      add,
      'raw',
      'PREROUTING',
      ['-d', formatIpv4(address), '!', '-i', bridge, '-j', 'DROP'],
      'from outside straight to a container',
    )
  }

  /** `setPerPortIptables` */
  port({ bridge, internal, isUnprotected }: BridgeRules, address: Ipv4, binding: PortBinding, add: boolean): void {
    if (internal) return
    const { protocol, hostAddress, hostPort, port } = binding
    const host = hostAddress === IPV4_ANY ? '0/0' : formatIpv4(hostAddress)
    const toHost = ['-p', protocol, '-d', host, '--dport', String(hostPort)]
    if (isLoopback(hostAddress))
      this.#change(add, 'raw', 'PREROUTING', [...toHost, '!', '-i', 'lo', '-j', 'DROP'], 'a port of a loopback address')
    const target = `${formatIpv4(address)}:${port}`
    this.#change(
      add,
      'nat',
      'DOCKER',
      [...toHost, '-j', 'DNAT', '--to-destination', target, '!', '-i', bridge],
      'a published port',
    )
    if (isUnprotected) return
    const open = ['!', '-i', bridge, '-o', bridge, '-p', protocol, '-d', formatIpv4(address), '--dport', String(port)]
    if (add) this.#insert('filter', 'DOCKER', [...open, '-j', 'ACCEPT'], 'a published port')
    else this.#delete('filter', 'DOCKER', [...open, '-j', 'ACCEPT'])
  }

  #change(add: boolean, table: string, chain: string, words: Words, why: string): void {
    if (add) this.#append(table, chain, words, why)
    else this.#delete(table, chain, words)
  }

  /** `EnsureJumpRule`: first of all, wherever it was. */
  #ensureJump(from: string, to: string): void {
    this.#delete('filter', from, ['-j', to])
    this.#iptables(['-t', 'filter', '-I', from, '-j', to], 'jump')
  }

  #append(table: string, chain: string, words: Words, why: string): void {
    if (!this.#exists(table, chain, words)) this.#iptables(['-t', table, '-A', chain, ...words], why)
  }

  #insert(table: string, chain: string, words: Words, why: string): void {
    if (!this.#exists(table, chain, words)) this.#iptables(['-t', table, '-I', chain, ...words], why)
  }

  #delete(table: string, chain: string, words: Words): void {
    if (this.#exists(table, chain, words)) this.#iptables(['-t', table, '-D', chain, ...words])
  }

  #exists(table: string, chain: string, words: Words): boolean {
    const name = table as keyof typeof BASE_CHAINS
    if (this.#netns.netfilter.table(name)?.chains.has(chain) !== true) return false
    try {
      this.#iptables(['-t', table, '-C', chain, ...words])
      return true
    } catch (error) {
      if (error instanceof KubehopError) return false
      throw error
    }
  }

  /** @param why what the rule is for: traces tell it */
  #iptables(words: Words, why?: string): void {
    const { table, command } = parseCommand(words)
    if (command === null) return
    const told =
      why !== undefined && (command.kind === 'append' || command.kind === 'insert')
        ? { ...command, rules: command.rules.map((rule) => ({ ...rule, origin: { writer: 'docker', why } })) }
        : command
    this.#netns.netfilter.apply(table, told)
  }
}
