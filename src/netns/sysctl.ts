import { KubehopError } from '../packet/errors.ts'
import { isNeighbourParameter, NeighbourSysctls } from './neighbour-parameters.ts'

/**
 * The switches of one device below `net.ipv4.conf.DEV.`, by their names there (net/ipv4/devinet.c). `all` and `default` are such sets too.
 * How `all` and the device combine differs from switch to switch: see the getters of `Link` (include/linux/inetdevice.h, `IN_DEV_*`).
 */
export interface DeviceConf {
  forwarding: number
  rp_filter: number
  accept_local: number
  route_localnet: number
  send_redirects: number
  accept_redirects: number
  secure_redirects: number
  shared_media: number
  accept_source_route: number
  proxy_arp: number
  proxy_arp_pvlan: number
  arp_ignore: number
  arp_announce: number
  arp_filter: number
  arp_accept: number
  drop_gratuitous_arp: number
  arp_notify: number
  bc_forwarding: number
  promote_secondaries: number
  src_valid_mark: number
  log_martians: number
  ignore_routes_with_linkdown: number
}

const CONF_DEFAULTS: Readonly<DeviceConf> = {
  forwarding: 0,
  rp_filter: 0,
  accept_local: 0,
  route_localnet: 0,
  send_redirects: 1,
  accept_redirects: 1,
  secure_redirects: 1,
  shared_media: 1,
  accept_source_route: 1,
  proxy_arp: 0,
  proxy_arp_pvlan: 0,
  arp_ignore: 0,
  arp_announce: 0,
  arp_filter: 0,
  arp_accept: 0,
  drop_gratuitous_arp: 0,
  arp_notify: 0,
  bc_forwarding: 0,
  promote_secondaries: 0,
  src_valid_mark: 0,
  log_martians: 0,
  ignore_routes_with_linkdown: 0,
}

const CONF_NAMES = Object.keys(CONF_DEFAULTS) as (keyof DeviceConf)[]

/**
 * Every other sysctl that is modelled or harmless to accept, with the kernel's default, by its path below `net.`
 * (Documentation/networking/ip-sysctl.rst, nf_conntrack-sysctl.rst). Times are in the sysctl's own unit.
 */
const PLAIN_DEFAULTS: ReadonlyMap<string, number> = new Map([
  ['ipv4.ip_default_ttl', 64],
  ['ipv4.ip_no_pmtu_disc', 0],
  ['ipv4.ip_forward_use_pmtu', 0],
  ['ipv4.route.min_pmtu', 552],
  ['ipv4.route.mtu_expires', 600],
  ['ipv4.route.min_adv_mss', 256],
  ['ipv4.ip_nonlocal_bind', 0],
  ['ipv4.ip_early_demux', 1],
  ['ipv4.ipfrag_time', 30],
  ['ipv4.icmp_echo_ignore_all', 0],
  ['ipv4.icmp_echo_ignore_broadcasts', 1],
  ['ipv4.icmp_ignore_bogus_error_responses', 1],
  ['ipv4.icmp_errors_use_inbound_ifaddr', 0],
  ['ipv4.icmp_ratelimit', 1000],
  ['ipv4.icmp_ratemask', 6168],
  ['ipv4.icmp_msgs_per_sec', 1000],
  ['ipv4.icmp_msgs_burst', 50],
  ['ipv4.fwmark_reflect', 0],
  ['ipv4.igmp_link_local_mcast_reports', 1],
  ['ipv4.tcp_syn_retries', 6],
  ['ipv4.tcp_synack_retries', 5],
  ['ipv4.tcp_retries2', 15],
  ['ipv4.tcp_fin_timeout', 60],
  ['ipv4.tcp_timestamps', 1],
  ['ipv4.tcp_sack', 1],
  ['ipv4.tcp_window_scaling', 1],
  ['ipv4.tcp_mtu_probing', 0],
  ['ipv4.ip_local_port_range.min', 32768],
  ['ipv4.ip_local_port_range.max', 60999],
  ['ipv4.neigh.default.app_solicit', 0],
  ['ipv4.neigh.default.gc_thresh1', 128],
  ['ipv4.neigh.default.gc_thresh2', 512],
  ['ipv4.neigh.default.gc_thresh3', 1024],
  ['bridge.bridge-nf-call-iptables', 1],
  ['bridge.bridge-nf-call-ip6tables', 1],
  ['bridge.bridge-nf-call-arptables', 1],
  ['bridge.bridge-nf-filter-vlan-tagged', 0],
  ['bridge.bridge-nf-pass-vlan-input-dev', 0],
  ['netfilter.nf_conntrack_max', 262144],
  ['netfilter.nf_conntrack_acct', 0],
  ['netfilter.nf_conntrack_tcp_be_liberal', 0],
  ['netfilter.nf_conntrack_tcp_loose', 1],
  ['netfilter.nf_conntrack_tcp_ignore_invalid_rst', 0],
  ['netfilter.nf_conntrack_tcp_max_retrans', 3],
  ['netfilter.nf_conntrack_checksum', 1],
  ['netfilter.nf_conntrack_log_invalid', 0],
  ['netfilter.nf_conntrack_timestamp', 0],
  ['netfilter.nf_conntrack_buckets', 65536],
  ['netfilter.nf_conntrack_generic_timeout', 600],
  ['netfilter.nf_conntrack_gre_timeout', 30],
  ['netfilter.nf_conntrack_gre_timeout_stream', 180],
  ['netfilter.nf_conntrack_icmp_timeout', 30],
  ['netfilter.nf_conntrack_udp_timeout', 30],
  ['netfilter.nf_conntrack_udp_timeout_stream', 120],
  ['netfilter.nf_conntrack_tcp_timeout_syn_sent', 120],
  ['netfilter.nf_conntrack_tcp_timeout_syn_recv', 60],
  ['netfilter.nf_conntrack_tcp_timeout_established', 432000],
  ['netfilter.nf_conntrack_tcp_timeout_fin_wait', 120],
  ['netfilter.nf_conntrack_tcp_timeout_close_wait', 60],
  ['netfilter.nf_conntrack_tcp_timeout_last_ack', 30],
  ['netfilter.nf_conntrack_tcp_timeout_time_wait', 120],
  ['netfilter.nf_conntrack_tcp_timeout_close', 10],
  ['netfilter.nf_conntrack_tcp_timeout_max_retrans', 300],
  ['netfilter.nf_conntrack_tcp_timeout_unacknowledged', 300],
  ['netfilter.nf_conntrack_sctp_timeout_closed', 10],
  ['netfilter.nf_conntrack_sctp_timeout_cookie_wait', 3],
  ['netfilter.nf_conntrack_sctp_timeout_cookie_echoed', 3],
  ['netfilter.nf_conntrack_sctp_timeout_established', 210],
  ['netfilter.nf_conntrack_sctp_timeout_shutdown_sent', 3],
  ['netfilter.nf_conntrack_sctp_timeout_shutdown_recd', 3],
  ['netfilter.nf_conntrack_sctp_timeout_shutdown_ack_sent', 3],
  ['netfilter.nf_conntrack_sctp_timeout_heartbeat_sent', 30],
])

/**
 * What the kernel takes where that is less than any number (`extra1` and `extra2` of the tables in net/ipv4/sysctl_net_ipv4.c and
 * net/netfilter/nf_conntrack_standalone.c).
 */
const LIMITS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  'ipv4.ip_default_ttl': [1, 255],
  'ipv4.ip_no_pmtu_disc': [0, 255],
  'ipv4.ip_forward_use_pmtu': [0, 255],
  'ipv4.ip_nonlocal_bind': [0, 255],
  'ipv4.icmp_echo_ignore_all': [0, 1],
  'ipv4.icmp_echo_ignore_broadcasts': [0, 1],
  'ipv4.icmp_ignore_bogus_error_responses': [0, 1],
  'ipv4.icmp_errors_use_inbound_ifaddr': [0, 1],
  'ipv4.tcp_syn_retries': [1, 127],
  'ipv4.tcp_synack_retries': [0, 255],
  'ipv4.tcp_retries2': [0, 255],
  'ipv4.tcp_timestamps': [0, 2],
  'ipv4.route.min_pmtu': [68, 0x7fffffff],
  'ipv4.icmp_msgs_per_sec': [0, 0x7fffffff],
  'ipv4.icmp_msgs_burst': [0, 0x7fffffff],
  'netfilter.nf_conntrack_acct': [0, 1],
  'netfilter.nf_conntrack_checksum': [0, 1],
  'netfilter.nf_conntrack_log_invalid': [0, 255],
  'netfilter.nf_conntrack_tcp_be_liberal': [0, 1],
  'netfilter.nf_conntrack_tcp_ignore_invalid_rst': [0, 1],
  'netfilter.nf_conntrack_tcp_loose': [0, 1],
  'netfilter.nf_conntrack_tcp_max_retrans': [0, 255],
  'netfilter.nf_conntrack_timestamp': [0, 1],
  'ipv4.ip_local_port_range.min': [1, 65535],
  'ipv4.ip_local_port_range.max': [1, 65535],
}

/**
 * Settings of conntrack's one table, which all namespaces share: only the machine's first namespace may write them
 * (net/netfilter/nf_conntrack_standalone.c, `nf_conntrack_standalone_init_sysctl`). Those of a script are others.
 */
const OF_THE_MACHINE: ReadonlySet<string> = new Set(['netfilter.nf_conntrack_max', 'netfilter.nf_conntrack_buckets'])

/** May a namespace only read it, because it is the machine's? The path stands below `net.`. */
export function isOfTheMachine(path: string): boolean {
  return OF_THE_MACHINE.has(path)
}

/** The one sysctl of two numbers. */
const RANGE = 'ipv4.ip_local_port_range'
/** A number in C's notation; what stands behind a blank is not read (kernel/sysctl.c, `proc_get_long`). */
const NUMBER = /^\s*(-?)(0[xX][\da-fA-F]+|0[0-7]*|[1-9]\d*)(?:\s|$)/

function numberOf(text: string): number {
  const [, minus, digits] = NUMBER.exec(text) ?? []
  if (digits === undefined) return Number.NaN
  const number = /^0[0-7]/.test(digits) ? Number.parseInt(digits, 8) : Number(digits)
  // an int
  if (number > 0x7fffffff) return Number.NaN
  return minus === '-' ? -number : number
}
/** `ipv4.neigh.eth0.locktime`; sysctl(8) writes a dot in a device name as a slash. */
const NEIGHBOUR = /^ipv4\.neigh\.([^.]+)\.(\w+)$/

/**
 * The sysctls of one namespace: configuration, read and written by the kernel's own paths. Device switches are kept as objects so that
 * the packet path reads a field and never a string.
 */
export class Sysctls {
  readonly all: DeviceConf = { ...CONF_DEFAULTS, accept_source_route: 0 }
  readonly default: DeviceConf = { ...CONF_DEFAULTS }
  readonly #devices = new Map<string, DeviceConf>()
  readonly #plain = new Map<string, number>()
  /** Values that were set, in the order of setting: what an export must write. */
  readonly #written = new Map<string, string>()

  /** Counts every change: what was read before it is old. */
  version = 0
  /** net.ipv4.ip_default_ttl */
  ttl = 64
  readonly neighbours = new NeighbourSysctls()
  /** What stands below `net.ipv4.route.`. */
  readonly path = { min_pmtu: 552, mtu_expires: 600 }
  /** net.bridge.bridge-nf-call-iptables; 1 wherever br_netfilter is loaded. */
  bridgeNfCallIptables = 1

  /** The switches of a device; made from `default` when the device appears. */
  device(name: string): DeviceConf {
    let conf = this.#devices.get(name)
    if (conf === undefined) {
      conf = { ...this.default }
      this.#devices.set(name, conf)
    }
    return conf
  }

  /** A device was renamed or went away. */
  renameDevice(from: string, to: string | null): void {
    const conf = this.#devices.get(from)
    this.#devices.delete(from)
    if (conf !== undefined && to !== null) this.#devices.set(to, conf)
    this.neighbours.rename(from, to)
  }

  /** The value, or undefined when there is no such sysctl. The path stands below `net.` and has dots: `ipv4.ip_forward`. */
  get(path: string): number | undefined {
    const plain = this.#plain.get(path) ?? PLAIN_DEFAULTS.get(path)
    if (plain !== undefined) return plain
    if (path === 'ipv4.ip_forward') return this.all.forwarding
    const neighbour = NEIGHBOUR.exec(path)
    if (neighbour !== null) return this.neighbours.get(neighbour[1]!.replaceAll('/', '.'), neighbour[2]!)
    const conf = this.#conf(path)
    return conf?.set[conf.name]
  }

  /** The text that sysctl(8) shows. */
  getText(path: string): string | undefined {
    if (path === RANGE) return `${this.get(`${RANGE}.min`)}\t${this.get(`${RANGE}.max`)}`
    return this.get(path)?.toString()
  }

  /** Sets from text, as `sysctl -w` does. @throws KubehopError `BAD_SYSCTL` for an unknown name or a value that is no number */
  setText(path: string, text: string): void {
    if (path === RANGE) {
      const [min = Number.NaN, max = Number.NaN] = text.trim().split(/\s+/).map(numberOf)
      if (!(min <= max)) throw new KubehopError('BAD_SYSCTL', `net.${path} must be two numbers, the lower one first`)
      this.set(`${RANGE}.min`, min)
      this.set(`${RANGE}.max`, max)
      return
    }
    this.set(path, numberOf(text))
  }

  /** Sets a value. @throws KubehopError `BAD_SYSCTL` */
  set(path: string, value: number): void {
    if (!Number.isInteger(value))
      throw new KubehopError('BAD_SYSCTL', `the value of net.${path} must be a whole number`)
    if (this.get(path) === undefined) {
      throw new KubehopError('BAD_SYSCTL', `there is no sysctl net.${path}`, { hint: 'or kubehop does not model it' })
    }
    const [min, max] = LIMITS[path] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    if (value < min || value > max)
      throw new KubehopError('BAD_SYSCTL', `the value of net.${path} must be between ${min} and ${max}`)
    this.version++
    this.#written.delete(path)
    this.#written.set(path, String(value))
    if (path === 'ipv4.ip_forward' || path === 'ipv4.conf.all.forwarding') {
      this.#setForwarding(value === 0 ? 0 : 1)
      return
    }
    const conf = this.#conf(path)
    if (conf !== undefined) {
      conf.set[conf.name] = value
      return
    }
    const neighbour = NEIGHBOUR.exec(path)
    if (neighbour !== null && !PLAIN_DEFAULTS.has(path)) {
      this.neighbours.set(neighbour[1]!.replaceAll('/', '.'), neighbour[2]!, value)
      return
    }
    this.#plain.set(path, value)
    if (path === 'ipv4.ip_default_ttl') this.ttl = value
    if (path === 'ipv4.route.min_pmtu') this.path.min_pmtu = value
    if (path === 'ipv4.route.mtu_expires') this.path.mtu_expires = value
    if (path === 'bridge.bridge-nf-call-iptables') this.bridgeNfCallIptables = value
  }

  /** The paths of all that there is, in the order of the alphabet, as `sysctl -a` goes through them. */
  paths(): string[] {
    const confs = ['all', 'default', ...[...this.#devices.keys()].map((name) => name.replaceAll('.', '/'))]
    const plain = [...PLAIN_DEFAULTS.keys()].filter((path) => !path.startsWith(`${RANGE}.`))
    return [
      ...[...plain, RANGE, 'ipv4.ip_forward'],
      ...confs.flatMap((device) => CONF_NAMES.map((name) => `ipv4.conf.${device}.${name}`)),
      ...this.neighbours.names().map((name) => `ipv4.neigh.${name}`),
    ].sort()
  }

  /** What was set, path and text, in order of setting. */
  written(): Iterable<readonly [string, string]> {
    return this.#written
  }

  /** ip_forward sets all, default and every device (`inet_forward_change`). */
  #setForwarding(value: number): void {
    // only a change is one: what was set since for a single device stays (devinet_sysctl_forward)
    if (this.all.forwarding === value) return
    this.all.forwarding = value
    this.all.accept_redirects = value === 0 ? 1 : 0
    this.default.forwarding = value
    for (const conf of this.#devices.values()) conf.forwarding = value
  }

  #conf(path: string): { set: DeviceConf; name: keyof DeviceConf } | undefined {
    if (!path.startsWith('ipv4.conf.')) return undefined
    const end = path.lastIndexOf('.')
    const device = path.slice('ipv4.conf.'.length, end)
    const name = CONF_NAMES.find((known) => known === path.slice(end + 1))
    if (name === undefined) return undefined
    // sysctl(8) writes a dot in a device name as a slash
    const set =
      device === 'all' ? this.all : device === 'default' ? this.default : this.#devices.get(device.replaceAll('/', '.'))
    return set === undefined ? undefined : { set, name }
  }
}

/** Is it a switch or a parameter that each device has one of, if there is such a device? */
export function isOfDevice(path: string): boolean {
  const [, kind, name = ''] = /^ipv4\.(conf|neigh)\.[^.]+\.(\w+)$/.exec(path) ?? []
  return kind === 'conf' ? name in CONF_DEFAULTS : isNeighbourParameter(name)
}
