import {
  ACCEPT,
  ctState,
  DROP,
  DST_LOCAL,
  FOLLOWING,
  jump,
  masquerade,
  NOT_LOOPBACK_NETWORK,
  prefixTest,
  RETURN,
} from '../kubeproxy/rule-parts.ts'
import type { TableOperation } from '../netfilter/operations.ts'
import type { InterfaceTest, IpTest, JumpTarget, Match, Rule, Target } from '../netfilter/rule.ts'
import type { Prefix } from '../packet/address.ts'

/** The bridge of a Docker daemon, as far as its rules depend on it. No port is published. */
export interface DockerBridge {
  /** `docker0` */
  readonly name: string
  /** The bridge's network (`--bip`). */
  readonly subnet: Prefix
  /** `--ip-masq`, true unless told otherwise. flannel's subnet.env switches it off where flanneld masquerades. */
  readonly ipMasq?: boolean | undefined
  /** `--icc`, true unless told otherwise: containers of the bridge may talk to each other. */
  readonly icc?: boolean | undefined
  /**
   * Docker switched ip_forward on by itself, and therefore set the policy of FORWARD to DROP. False unless told
   * otherwise.
   */
  readonly forwardDrop?: boolean | undefined
  /**
   * What becomes of packets that come from outside of the host straight to a container's address. Since version 28
   * Docker drops them (gateway mode `nat`, the default here) unless told to let them in (`nat-unprotected`). `legacy`:
   * the rules of Docker 27 and before, which leave them to what follows in FORWARD.
   */
  readonly directAccess?: 'nat' | 'nat-unprotected' | 'legacy' | undefined
}

const WRITER = 'docker'

type TableWithDocker = 'nat' | 'filter'

function chain(table: TableWithDocker, name: string): TableOperation {
  return { kind: 'chain', table, chain: name }
}

function rule(ip: IpTest, matches: readonly Match[], target: Target, why: string): Rule {
  return { ip, matches, target, origin: { writer: WRITER, why } }
}

function append(table: TableWithDocker, name: string, ...args: Parameters<typeof rule>): TableOperation {
  return { kind: 'append', table, chain: name, rule: rule(...args) }
}

function prepend(table: TableWithDocker, name: string, ...args: Parameters<typeof rule>): TableOperation {
  return { kind: 'prepend', table, chain: name, rule: rule(...args) }
}

function jumpFrom(table: TableWithDocker, from: string, to: string): TableOperation {
  return prepend(table, from, {}, [], jump(to), 'jump')
}

/**
 * The rules of a Docker daemon with its default bridge and no published port, as what it does to the tables (moby/moby
 * daemon/libnetwork/drivers/bridge/internal/iptabler/iptabler.go at 16535bbf and network.go at 02dc3229,
 * daemon/libnetwork/firewall_linux.go). Docker starts before kubelet. Version 28 had the chains DOCKER-ISOLATION-STAGE-1
 * and -2 in the place of DOCKER-INTERNAL; 29.0.0 dropped them (moby/moby#49981).
 */
export function dockerRules(bridge: DockerBridge): TableOperation[] {
  const operations = (bridge.directAccess ?? 'nat') === 'legacy' ? legacyRules(bridge) : rulesOf29(bridge)
  if (bridge.forwardDrop) operations.push({ kind: 'policy', table: 'filter', chain: 'FORWARD', policy: 'DROP' })
  return operations
}

/** `-m addrtype --dst-type LOCAL -j DOCKER`: where published ports are translated. */
function natJumps(): TableOperation[] {
  const toDocker: JumpTarget = jump('DOCKER')
  return [
    chain('nat', 'DOCKER'),
    append('nat', 'PREROUTING', {}, [DST_LOCAL], toDocker, 'published ports'),
    // localhost is left to the userland proxy
    append('nat', 'OUTPUT', { dst: NOT_LOOPBACK_NETWORK }, [DST_LOCAL], toDocker, 'published ports'),
  ]
}

function masqueradeRules(bridge: DockerBridge): TableOperation[] {
  if (bridge.ipMasq === false) return []
  const ip: IpTest = { src: prefixTest(bridge.subnet, false), out: { name: bridge.name, invert: true } }
  return [prepend('nat', 'POSTROUTING', ip, [], masquerade(false), 'containers to the outside')]
}

/** The tests of the bridge's device: in, out, and their negations. */
function devices(name: string): Record<'is' | 'isNot', InterfaceTest> {
  return { is: { name, invert: false }, isNot: { name, invert: true } }
}

function rulesOf29(bridge: DockerBridge): TableOperation[] {
  const { is, isNot } = devices(bridge.name)
  const unprotected = bridge.directAccess === 'nat-unprotected'
  const outgoing =
    bridge.icc === false
      ? [
          append('filter', 'DOCKER-FORWARD', { in: is, out: is }, [], DROP, 'container to container, icc is off'),
          append('filter', 'DOCKER-FORWARD', { in: is, out: isNot }, [], ACCEPT, 'from a container to the outside'),
        ]
      : [append('filter', 'DOCKER-FORWARD', { in: is }, [], ACCEPT, 'from a container')]
  return [
    chain('filter', 'DOCKER'),
    chain('filter', 'DOCKER-FORWARD'),
    chain('filter', 'DOCKER-BRIDGE'),
    chain('filter', 'DOCKER-CT'),
    chain('filter', 'DOCKER-INTERNAL'),
    ...natJumps(),
    jumpFrom('filter', 'FORWARD', 'DOCKER-FORWARD'),
    jumpFrom('filter', 'DOCKER-FORWARD', 'DOCKER-BRIDGE'),
    jumpFrom('filter', 'DOCKER-FORWARD', 'DOCKER-INTERNAL'),
    jumpFrom('filter', 'DOCKER-FORWARD', 'DOCKER-CT'),
    ...masqueradeRules(bridge),
    ...outgoing,
    append(
      'filter',
      'DOCKER',
      { in: isNot, out: is },
      [],
      unprotected ? ACCEPT : DROP,
      'from outside straight to a container',
    ),
    append('filter', 'DOCKER-CT', { out: is }, [ctState(FOLLOWING)], ACCEPT, 'answers to containers'),
    append('filter', 'DOCKER-BRIDGE', { out: is }, [], jump('DOCKER'), 'to a container'),
    chain('filter', 'DOCKER-USER'),
    jumpFrom('filter', 'FORWARD', 'DOCKER-USER'),
  ]
}

/** Docker 17.06 to 27: no rule against direct access, and rules of the bridge in FORWARD itself. */
function legacyRules(bridge: DockerBridge): TableOperation[] {
  const { is, isNot } = devices(bridge.name)
  const stage1 = 'DOCKER-ISOLATION-STAGE-1'
  const stage2 = 'DOCKER-ISOLATION-STAGE-2'
  return [
    ...natJumps(),
    append('nat', 'DOCKER', { in: is }, [], RETURN, 'containers reach each other directly'),
    ...masqueradeRules(bridge),
    chain('filter', 'DOCKER'),
    chain('filter', stage1),
    chain('filter', stage2),
    chain('filter', 'DOCKER-USER'),
    append('filter', stage1, { in: is, out: isNot }, [], jump(stage2), 'leaves this bridge'),
    append('filter', stage1, {}, [], RETURN, 'end'),
    append('filter', stage2, { out: is }, [], DROP, 'from another bridge'),
    append('filter', stage2, {}, [], RETURN, 'end'),
    append('filter', 'DOCKER-USER', {}, [], RETURN, 'end'),
    append('filter', 'FORWARD', {}, [], jump('DOCKER-USER'), 'jump'),
    append('filter', 'FORWARD', {}, [], jump(stage1), 'jump'),
    append('filter', 'FORWARD', { out: is }, [ctState(FOLLOWING)], ACCEPT, 'answers to containers'),
    append('filter', 'FORWARD', { out: is }, [], jump('DOCKER'), 'to a container'),
    append('filter', 'FORWARD', { in: is, out: isNot }, [], ACCEPT, 'from a container to the outside'),
    append(
      'filter',
      'FORWARD',
      { in: is, out: is },
      [],
      bridge.icc === false ? DROP : ACCEPT,
      'container to container',
    ),
  ]
}
