import { Bridge, type BridgePort } from '../../bridge/index.ts'
import type { Link, NetworkNamespace } from '../../netns/index.ts'
import { Vxlan } from '../../overlay/index.ts'
import { formatIpv4, MAC_ZERO, type Mac } from '../../packet/index.ts'
import { bridgeOf } from './ip-context.ts'
import { Decimal } from './json.ts'
import { View } from './view.ts'

const SECOND = 1e9
/** Below it a device has no IPv6, and says nothing of its addresses (IPV6_MIN_MTU). */
const IPV6_MIN_MTU = 1280
/** `TSO_MAX_SIZE`, and what a driver has that says nothing (`GSO_LEGACY_MAX_SIZE`, include/linux/netdevice.h). */
const TSO_MAX_SIZE = 524280
const TSO_USUAL_SIZE = 65536

/**
 * What `-d` adds to a device: limits, what its kind has to say, queues (`print_linkinfo` with `show_details`, iproute2 ip/ipaddress.c). The
 * machine has one processor, so that a device has one queue in each direction.
 *
 * @param families `ip link`: how IPv6 addresses are made is told, too
 */
export function putDetails(view: View, link: Link, families: boolean): void {
  const [least, most] = link.loopback || link.kind === 'dummy' ? [0, 0] : [68, 65535]
  view
    .put('promiscuity', link.promiscuity, `promiscuity ${link.promiscuity}  `)
    // a port of a bridge hears every group (`br_add_if`, net/bridge/br_if.c)
    .put('allmulti', bridgeOf(link) === null ? 0 : 1)
    .put('min_mtu', least, `minmtu ${least} `)
    .put('max_mtu', most, `maxmtu ${most} `)
  if (!link.loopback) view.nest('linkinfo', kindView(link))
  if (families && link.mtu >= IPV6_MIN_MTU) view.put('inet6_addr_gen_mode', 'eui64', 'addrgenmode eui64 ')
  view
    .put('num_tx_queues', 1, 'numtxqueues 1 ')
    .put('num_rx_queues', 1, 'numrxqueues 1 ')
    .put('gso_max_size', 65536)
    .put('gso_max_segs', 65535)
    .put('tso_max_size', tsoMaxSize(link))
    .put('tso_max_segs', 65535)
    .put('gro_max_size', 65536)
}

/** A tunnel has what its underlying device has (`netif_inherit_tso_max`), a bridge what all of its ports have (`br_set_gso_limits`). */
function tsoMaxSize(link: Link): number {
  if (link instanceof Bridge) {
    if (!link.hadPorts) return TSO_USUAL_SIZE
    return Math.min(TSO_MAX_SIZE, ...link.ports.map((port) => tsoMaxSize(port.link)))
  }
  if (link instanceof Vxlan) return link.dev === null ? TSO_USUAL_SIZE : tsoMaxSize(link.dev)
  return link.kind === 'dummy' ? TSO_USUAL_SIZE : TSO_MAX_SIZE
}

/** What a device is, and what it is as a port (`print_linktype`). */
function kindView(link: Link): View {
  const view = new View().put('info_kind', link.kind, `\n    ${link.kind} `)
  if (link instanceof Bridge) view.nest('info_data', bridgeView(link))
  else if (link instanceof Vxlan) view.nest('info_data', vxlanView(link))
  const bridge = bridgeOf(link)
  const port = bridge?.portOf(link)
  if (bridge != null && port !== undefined) {
    view.put('info_slave_kind', 'bridge', '\n    bridge_slave ').nest('info_slave_data', portView(bridge, port))
  }
  return view
}

const PORT_STATES = ['disabled', 'listening', 'learning', 'forwarding', 'blocking']

/** The state of a port: a bridge that is down disables its ports, and so does a port's own lack of a carrier. */
export function portState(port: BridgePort): string {
  const { link, settings } = port
  return PORT_STATES[link.running && link.master?.up === true ? settings.state : 0]!
}

/** iproute2 ip/iplink_bridge_slave.c. Without a spanning tree each port is the designated one of its segment. */
function portView(bridge: Bridge, port: BridgePort): View {
  const { hairpin, isolated, learning, flood, mcast_flood, bcast_flood, priority, cost } = port.settings
  const state = portState(port)
  const number = (priority << 10) | port.number
  const id = identifierOf(bridge)
  const forwardDelay = bridge.settings.forward_delay / 100 - (now(bridge) - port.forwardingSince) / SECOND
  return new View()
    .put('state', state)
    .put('priority', priority)
    .put('cost', cost)
    .onOff('hairpin', hairpin)
    .onOff('guard', false)
    .onOff('root_block', false)
    .onOff('fastleave', false)
    .onOff('learning', learning)
    .onOff('flood', flood)
    .put('id', `0x${number.toString(16)}`, `port_id 0x${number.toString(16)} `)
    .put('no', `0x${port.number.toString(16)}`, `port_no 0x${port.number.toString(16)} `)
    .put('designated_port', number)
    .put('designated_cost', 0)
    .put('bridge_id', id, `designated_bridge ${id} `)
    .put('root_id', id, `designated_root ${id} `)
    .put(...timer('hold_timer', 0))
    .put(...timer('message_age_timer', 0))
    .put(...timer('forward_delay_timer', port.forwarding && bridge.up ? forwardDelay : 0))
    .put('topology_change_ack', 0)
    .put('config_pending', 0)
    .onOff('proxy_arp', false)
    .onOff('proxy_arp_wifi', false)
    .put('multicast_router', 1, 'mcast_router 1 ')
    .say('mcast_fast_leave off ')
    .onOff('mcast_flood', mcast_flood)
    .onOff('bcast_flood', bcast_flood)
    .onOff('mcast_to_unicast', false)
    .onOff('neigh_suppress', false)
    .put('group_fwd_mask', '0')
    .put('group_fwd_mask_str', '0x0')
    .onOff('vlan_tunnel', false)
    .onOff('isolated', isolated)
    .onOff('locked', false)
}

/** iproute2 ip/iplink_bridge.c: as JSON some have shorter names. */
function bridgeView(bridge: Bridge): View {
  const { settings } = bridge
  const id = identifierOf(bridge)
  const view = new View()
    .put('forward_delay', settings.forward_delay)
    .put('hello_time', settings.hello_time)
    .put('max_age', settings.max_age)
    .put('ageing_time', bridge.fdb.ageingTime / (SECOND / 100))
    .put('stp_state', 0)
    .put('priority', settings.priority)
    .put('vlan_filtering', 0)
    .put('bridge_id', id)
    .put('root_id', id, `designated_root ${id} `)
    .put('root_port', 0)
    .put('root_path_cost', 0)
    .put('topology_change', 0)
    .put('topology_change_detected', 0)
    .put(...timer('hello_timer', 0))
    .put(...timer('tcn_timer', 0))
    .put(...timer('topology_change_timer', 0))
    .put(...timer('gc_timer', bridge.up ? untilCleanup(bridge) : 0))
    .put('group_fwd_mask', '0')
    .put('group_addr', '01:80:c2:00:00:00', 'group_address 01:80:c2:00:00:00 ')
    .put('mcast_snooping', settings.mcast_snooping)
    .put('no_linklocal_learn', 0)
    .put('mcast_vlan_snooping', 0)
    .put('mcast_router', 1)
    .put('mcast_query_use_ifaddr', 0)
    .put('mcast_querier', 0)
    .put('mcast_hash_elasticity', 16)
    .put('mcast_hash_max', 4096)
  for (const [key, name, value] of MULTICAST) view.put(key, value, `${name} ${value} `)
  return view
    .put('mcast_stats_enabled', 0)
    .put('mcast_igmp_version', 2)
    .put('mcast_mld_version', 1)
    .put('nf_call_iptables', 0)
    .put('nf_call_ip6tables', settings.nf_call_ip6tables)
    .put('nf_call_arptables', settings.nf_call_arptables)
}

/** Multicast snooping as the kernel begins with it (`br_multicast_ctx_init`, net/bridge/br_multicast.c); times in hundredths of a second. */
const MULTICAST: readonly (readonly [key: string, name: string, value: number])[] = [
  ['mcast_last_member_cnt', 'mcast_last_member_count', 2],
  ['mcast_startup_query_cnt', 'mcast_startup_query_count', 2],
  ['mcast_last_member_intvl', 'mcast_last_member_interval', 100],
  ['mcast_membership_intvl', 'mcast_membership_interval', 26000],
  ['mcast_querier_intvl', 'mcast_querier_interval', 25500],
  ['mcast_query_intvl', 'mcast_query_interval', 12500],
  ['mcast_query_response_intvl', 'mcast_query_response_interval', 1000],
  ['mcast_startup_query_intvl', 'mcast_startup_query_interval', 3124],
]

/**
 * Seconds until it next looks for entries that are too old: a tenth of a second after it came up, and then each ageing time
 * (`br_stp_enable_bridge`, `br_fdb_cleanup`). That an old entry may make it look earlier is left out.
 */
function untilCleanup(bridge: Bridge): number {
  const age = (now(bridge) - bridge.upSince) / SECOND
  const ageing = bridge.fdb.ageingTime / SECOND
  return age < 0.1 || ageing === 0 ? Math.max(0.1 - age, 0) : ageing - ((age - 0.1) % ageing)
}

/** The way in which `ip` writes it: octets as they are, without leading zeros. */
function identifierOf({ settings, idAddress }: Bridge): string {
  return `${settings.priority.toString(16).padStart(4, '0')}.${octets(idAddress)}`
}

function octets(mac: Mac): string {
  if (mac === MAC_ZERO) return '0:0:0:0:0:0'
  return Array.from({ length: 6 }, (_, i) => (Math.floor(mac / 256 ** (5 - i)) % 256).toString(16)).join(':')
}

function timer(name: string, seconds: number): [key: string, value: Decimal, text: string] {
  const value = new Decimal(Math.max(seconds, 0))
  return [name, value, `${name} ${value.text.padStart(7)} `]
}

function now(link: Link): number {
  return (link.netns as NetworkNamespace).sim.now
}

/** iproute2 ip/iplink_vxlan.c. */
function vxlanView(link: Vxlan): View {
  const view = new View().put('id', link.id)
  // the endpoint that it was made with is the first that stands for every address
  const remote = link.fdb.configured.get(MAC_ZERO)?.find(({ bound }) => bound === true)
  if (remote !== undefined) view.put('remote', formatIpv4(remote.address))
  if (link.local !== 0) view.put('local', formatIpv4(link.local))
  if (link.dev !== null) view.put('link', link.dev.name, `dev ${link.dev.name} `)
  view
    .put('port_range', { low: 0, high: 0 }, 'srcport 0 0 ')
    .put('port', link.dstport, `dstport ${link.dstport} `)
    .put('learning', link.learning, link.learning ? '' : 'nolearning ')
  if (link.tos !== 0) {
    const tos = `0x${link.tos.toString(16)}`
    view.put('tos', tos, `tos ${link.tos === 1 ? 'inherit' : tos} `)
  }
  if (link.ttl === 'inherit') view.say('ttl inherit ')
  else view.put('ttl', link.ttl, `ttl ${link.ttl === 0 ? 'auto' : link.ttl} `)
  return view
    .put('df', link.df, link.df === 'unset' ? '' : `df ${link.df} `)
    .put('ageing', 300)
    .put('udp_csum', link.udpCsum, link.udpCsum ? 'udpcsum ' : 'noudpcsum ')
    .put('udp_zero_csum6_tx', false, 'noudp6zerocsumtx ')
    .put('udp_zero_csum6_rx', false, 'noudp6zerocsumrx ')
}
