/**
 * Settings of a bridge that nothing in this model follows, because there is neither a spanning tree nor multicast snooping: kept to be shown
 * (`ip -d link`). By iproute2's names; times in hundredths of a second.
 */
export interface BridgeSettings {
  readonly forward_delay: number
  readonly hello_time: number
  readonly max_age: number
  /** The upper half of the bridge's identifier, 0 to 65535. */
  readonly priority: number
  readonly mcast_snooping: number
  readonly nf_call_ip6tables: number
  readonly nf_call_arptables: number
}

/** What a new bridge has (`br_dev_setup`, net/bridge/br_device.c). */
export const DEFAULT_BRIDGE_SETTINGS: BridgeSettings = Object.freeze({
  forward_delay: 1500,
  hello_time: 200,
  max_age: 2000,
  priority: 0x8000,
  mcast_snooping: 1,
  nf_call_ip6tables: 0,
  nf_call_arptables: 0,
})
