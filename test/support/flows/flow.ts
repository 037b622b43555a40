import type { FlowProtocol } from '../../../src/cluster/targets.ts'

/** The two ways in which flannel connects nodes, on the two bridges that pods can be attached to. */
export interface Setting {
  readonly backend: 'vxlan' | 'host-gw'
  readonly bridge: 'cni0' | 'docker0'
}

export const SETTINGS: readonly Setting[] = [
  { backend: 'vxlan', bridge: 'cni0' },
  { backend: 'vxlan', bridge: 'docker0' },
  { backend: 'host-gw', bridge: 'cni0' },
  { backend: 'host-gw', bridge: 'docker0' },
]

/** What becomes of a packet and of its answer. */
export interface Expected {
  /** `delivered` unless given. */
  readonly ends?: 'delivered' | 'rejected' | 'dropped' | 'unanswered' | 'left'
  /** Words of the reason. */
  readonly because?: string
  /**
   * Namespaces and devices. `BRIDGE` is cni0 or docker0; `OUT` is how a packet for another node's pod leaves (`flannel.1 eth0`, or
   * `eth0` alone), `IN` how it comes in (`eth0 flannel.1`).
   */
  readonly way: string
  /**
   * Translations in their order. None unless given. `node-1-ABROAD` is the address with which node-1 sends to another node's pods:
   * that of flannel.1, or with host-gw of eth0.
   */
  readonly nat?: readonly string[]
  /** What the server sees as its client. The sender itself unless given. */
  readonly seen?: string
  /** Who answers. What the packet was sent to unless given. */
  readonly server?: string
  /** The answer's way; unless given the request's, backwards. Null: there is none. */
  readonly back?: string | null
  /** What is undone in the answer; unless given all, backwards. */
  readonly backNat?: readonly string[]
  /** What becomes of the answer. `delivered` unless given. */
  readonly answerEnds?: 'delivered' | 'rejected'
  /** The answer as the client gets it; unless given from what it sent to, to itself. */
  readonly answer?: string
}

/** What is sent. */
export interface Sent {
  readonly title: string
  readonly from: string
  readonly to: string
  readonly protocol?: FlowProtocol
  /** Options of ping, in labs. */
  readonly how?: string
}

/** One flow of the specification. Names are those of the shop (`test/support/shop.ts`). */
export interface Flow extends Sent, Expected {
  /** What differs with the host-gw backend. */
  readonly hostGw?: Partial<Expected>
}

/** `pod/client` → `client`, `node/node-2:30060` → `node-2:30060`, `svc/near` with its port as the table says it. */
export function nameOf(reference: string): string {
  return reference.replace(/^(pod|node)\//, '').replace(/^localhost/, '127.0.0.1')
}

/** What the flow is expected to do in one setting, nothing left out. */
export function expectedIn(flow: Flow, setting: Setting) {
  const expected: Expected = setting.backend === 'host-gw' ? { ...flow, ...flow.hostGw } : flow
  const ends = expected.ends ?? 'delivered'
  const nat = (expected.nat ?? []).map((text) => sourceIn(text, setting))
  const way = wayIn(expected.way, setting)
  const back = expected.back === undefined ? backwards(way) : expected.back
  const sender = nameOf(flow.from)
  return {
    disposition: ends,
    way,
    nat,
    ...(ends === 'delivered' || ends === 'unanswered'
      ? { seen: sourceIn(expected.seen ?? sender, setting), server: expected.server ?? nameOf(flow.to) }
      : {}),
    ...(back === null
      ? {}
      : {
          answer: {
            disposition: expected.answerEnds ?? 'delivered',
            way: wayIn(back, setting),
            nat: expected.backNat ?? nat.map(undone).reverse(),
            packet: sourceIn(expected.answer ?? `${nameOf(flow.to)} → ${sender}`, setting),
          },
        }),
  }
}

function wayIn(way: string, { backend, bridge }: Setting): string {
  return way
    .replaceAll('BRIDGE', bridge)
    .replaceAll('OUT', backend === 'vxlan' ? 'flannel.1 eth0' : 'eth0')
    .replaceAll('IN', backend === 'vxlan' ? 'eth0 flannel.1' : 'eth0')
    .replaceAll('eth0 eth0', 'eth0')
}

/** Who a node is towards a pod of another node: over vxlan it sends from flannel.1, with host-gw from eth0. */
function sourceIn(text: string, { backend }: Setting): string {
  return text.replace(/(node-\d)-ABROAD/g, backend === 'vxlan' ? "$1's flannel.1" : '$1')
}

function backwards(way: string): string {
  return way
    .split(' | ')
    .map((part) => {
      const [netns, ...devices] = part.split(' ')
      return [netns, ...devices.reverse()].join(' ')
    })
    .reverse()
    .join(' | ')
}

/** `dnat in node-1: svc/near:80 → near:8080` the other way round. */
function undone(translation: string): string {
  const [, where, from, to, rest] = /^(.*?: )(.*) → (.*?)(, another port)?$/.exec(translation) ?? []
  return `${where}${to} → ${from}${rest ?? ''}`
}
