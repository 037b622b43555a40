import { hasClusterIP, isEndpointReady, keyOf, ObjectIndex, type Service } from '../../kubernetes/index.ts'
import type { MarkTarget } from '../../netfilter/target/mark.ts'
import { formatIpv4, tryParseIpv4 } from '../../packet/address.ts'
import { Protocol } from '../../packet/protocol.ts'
import type { FindingDefinition } from '../definition.ts'
import { absent, type Examination } from '../examination.ts'
import { command, objectSource, type Proof, placeOf } from '../finding.ts'
import { podBridges } from '../leases.ts'
import { chainOf, type RuleService } from '../proxy-rules.ts'
import type { RuleSet } from '../rules.ts'
import { type NamespaceView, networksOf } from '../world.ts'

/** kube-proxy's rules: whether they are there, whole, and up to date. */

const RESTART_PROXY = {
  text: 'kube-proxy writes its rules anew when it starts: kubectl -n kube-system rollout restart daemonset kube-proxy. Read its log if it does not help.',
}

export const proxyNotSynced: FindingDefinition = {
  code: 'kube-proxy-not-synced',
  severity: 'error',
  title: 'kube-proxy has written no rules',
  explanation:
    'On this node nobody translates cluster IPs and node ports: it does not run, has no access to the API server, or fails to write (its log says why).',
  recognised:
    'A node has rules of kubelet (KUBE-…), or flannel’s tunnel in a cluster that objects or other nodes tell of, and its nat table has no KUBE-SERVICES chain; nor has it kube-proxy’s nftables table or kube-ipvs0, or devices or chains of Cilium or of Calico’s eBPF.',
  drops: ['IP_OUTNOROUTES', 'NEIGH_FAILED'],
  *examine(ask) {
    for (const view of ask.world.nodes) {
      const tunnel =
        view.evidence.links?.some(({ name, vxlan }) => vxlan !== undefined && name.startsWith('flannel')) ?? false
      // flannel may serve a docker without Kubernetes
      const isCluster = ask.world.told !== null || ask.world.nodes.some((other) => other.hasKubeRules)
      if ((!view.hasKubeRules && !(tunnel && isCluster)) || hasOtherProxy(view)) continue
      const rules = ask.rules(view)
      if (rules === null || view.hasServiceRules || rules.some((one) => !one.has('nat'))) continue
      if (
        view.link('kube-ipvs0') !== undefined ||
        view.evidence.foreignTables.some(({ text }) => /\bkube-proxy\b/.test(text))
      )
        continue
      yield {
        title: `${view.name}: kube-proxy has written no rules: there is no KUBE-SERVICES chain.`,
        where: placeOf(view.evidence),
        evidence:
          rules.length === 0
            ? [absent('no iptables rules', 'iptables-save', view.evidence)]
            : rules.map((one) => one.absence('nat has no chain KUBE-SERVICES')),
        fix: [
          {
            text: `See whether kube-proxy runs there: kubectl -n kube-system get pods -o wide --field-selector spec.nodeName=${view.evidence.host}, and read its log.`,
          },
          RESTART_PROXY,
        ],
      }
    }
  },
}

/** Does somebody else do kube-proxy's work, by programs of eBPF? */
function hasOtherProxy({ evidence, rules }: NamespaceView): boolean {
  if (evidence.links?.some(({ name }) => /^(?:cilium_|bpf(?:in|out)\.cali|lxc_health)/.test(name)) === true) return true
  return (rules ?? []).some(({ tables }) =>
    [...tables.values()].some(({ chains }) => [...chains.keys()].some((name) => name.startsWith('CILIUM_'))),
  )
}

export const servicesJumpMissing: FindingDefinition = {
  code: 'kube-services-not-reached',
  severity: 'error',
  title: 'kube-proxy’s rules are there, and no packet reaches them',
  explanation:
    'Somebody flushed the chains of nat after kube-proxy’s last full sync, a firewall’s restart for instance. Without the jump from PREROUTING pods reach no Service, without that from OUTPUT the node’s own programs reach none. kube-proxy notices when its canary ' +
    'chain is gone, and otherwise only after a restart.',
  recognised: 'nat has KUBE-SERVICES, and its PREROUTING or OUTPUT has no jump to it.',
  drops: ['IP_OUTNOROUTES', 'NEIGH_FAILED', 'NO_SOCKET'],
  *examine(ask) {
    for (const view of ask.world.nodes) {
      for (const rules of ask.rules(view) ?? []) {
        if (rules.chain('nat', 'KUBE-SERVICES') === undefined) continue
        const missing = ['PREROUTING', 'OUTPUT'].filter((chain) => !jumps(rules, chain, 'KUBE-SERVICES'))
        if (missing.length === 0) continue
        yield {
          title: `${view.name}: ${missing.join(' and ')} ${missing.length === 1 ? 'does' : 'do'} not lead to KUBE-SERVICES.`,
          where: placeOf(view.evidence),
          evidence: missing.map((chain) => rules.absence(`nat ${chain} has no -j KUBE-SERVICES`)),
          fix: [
            ...missing.map((chain) =>
              command(
                view.evidence,
                `iptables -t nat -I ${chain} -m comment --comment "kubernetes service portals" -j KUBE-SERVICES`,
              ),
            ),
            RESTART_PROXY,
          ],
        }
      }
    }
  },
}

/** Does a chain lead to another, by a jump of its own or of a chain that it jumps to? */
function jumps(rules: RuleSet, from: string, to: string): boolean {
  const seen = new Set([from])
  for (const chain of seen) {
    for (const { rule } of rules.rulesOf('nat', chain)) {
      const next = chainOf(rule)
      if (next === to) return true
      if (next !== undefined) seen.add(next)
    }
  }
  return false
}

export const masqueradeMissing: FindingDefinition = {
  code: 'masquerade-missing',
  severity: 'error',
  title: 'Nobody masquerades what must be masqueraded',
  explanation:
    'A packet from outside to a node port, or of a pod to itself, must get the node’s address as its source, so that the answer comes back the same way. Without it the endpoint answers the client directly, ' +
    'which throws the answer away: it came from an address that it never asked.',
  recognised:
    'nat has KUBE-SERVICES, but KUBE-MARK-MASQ sets no mark, KUBE-POSTROUTING has no MASQUERADE or SNAT, or POSTROUTING does not lead to KUBE-POSTROUTING.',
  drops: ['TCP_FLAGS', 'NO_SOCKET', 'IP_INVALID_SOURCE', 'IP_LOCAL_SOURCE'],
  *examine(ask) {
    for (const view of ask.world.nodes) {
      for (const rules of ask.rules(view) ?? []) {
        if (rules.chain('nat', 'KUBE-SERVICES') === undefined) continue
        const marks = [...rules.rulesOf('nat', 'KUBE-MARK-MASQ')].some(
          ({ rule }) => rule.target?.kind === 'MARK' && (rule.target as MarkTarget).value !== 0,
        )
        const masquerades = [...rules.rulesOf('nat', 'KUBE-POSTROUTING')].some(
          ({ rule }) => rule.target?.kind === 'MASQUERADE' || rule.target?.kind === 'SNAT',
        )
        const reached = jumps(rules, 'POSTROUTING', 'KUBE-POSTROUTING')
        const missing = [
          ...(marks
            ? []
            : [
                {
                  text: 'KUBE-MARK-MASQ sets no mark',
                  fix: 'iptables -t nat -A KUBE-MARK-MASQ -j MARK --or-mark 0x4000',
                },
              ]),
          ...(masquerades
            ? []
            : [
                {
                  text: 'KUBE-POSTROUTING has no MASQUERADE',
                  fix: 'iptables -t nat -A KUBE-POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE --random-fully',
                },
              ]),
          ...(reached
            ? []
            : [
                {
                  text: 'POSTROUTING does not lead to KUBE-POSTROUTING',
                  fix: 'iptables -t nat -I POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
                },
              ]),
        ]
        if (missing.length === 0) continue
        yield {
          title: `${view.name} masquerades nothing for Services: ${missing.map(({ text }) => text).join('; ')}.`,
          where: placeOf(view.evidence),
          evidence: missing.map(({ text }) => rules.absence(`nat: ${text}`)),
          fix: [...missing.map(({ fix }) => command(view.evidence, fix)), RESTART_PROXY],
        }
      }
    }
  },
}

export const clusterCidrWrong: FindingDefinition = {
  code: 'cluster-cidr-wrong',
  severity: 'warning',
  title: 'kube-proxy takes pods for strangers',
  explanation:
    'kube-proxy masquerades what does not come from its clusterCIDR. When the pods’ network lies outside of it, endpoints see the node’s address in the place of the pod’s: NetworkPolicies and logs are wrong, and ports may run out.',
  recognised:
    'The rules of a Service’s chain masquerade everything but a network, and the pods on the node’s bridge are outside of that network.',
  *examine(ask) {
    for (const view of ask.world.nodes) {
      for (const rules of ask.rules(view) ?? []) {
        const at = findLocalTest(view, rules)
        const test = at?.rule.ip.src
        if (at === null || test === undefined || view.evidence.links === null) continue
        for (const bridge of podBridges(view, ask.world)) {
          const outside = networksOf(bridge).find(({ address }) => (address & test.mask) !== (test.address & test.mask))
          if (
            outside === undefined ||
            !ask.world.attachments.some(
              ({ node, pod, bridge: of }) =>
                node === view && of === bridge && pod.evidence.owners.some(({ kind }) => kind === 'pod'),
            )
          )
            continue
          yield {
            title: `${view.name}: kube-proxy takes the pods on ${bridge.name} (${formatIpv4(outside.address)}/${outside.length}) for strangers: its clusterCIDR is another network.`,
            where: placeOf(view.evidence, bridge.name),
            evidence: [rules.proof(at)],
            fix: [
              {
                text: 'Set clusterCIDR in kube-proxy’s configuration (kubectl -n kube-system edit configmap kube-proxy) to the pod network.',
              },
              RESTART_PROXY,
            ],
          }
        }
      }
    }
  },
}

function findLocalTest(view: NamespaceView, rules: RuleSet) {
  for (const { chain } of view.services(rules)) {
    for (const at of rules.rulesOf('nat', chain)) {
      if (at.rule.ip.src?.invert === true && chainOf(at.rule) === 'KUBE-MARK-MASQ') return at
    }
  }
  return null
}

/** Of the Services that were told with their cluster IP, those that kube-proxy has rules for. */
function* toldServices(
  ask: Examination,
): Iterable<{ readonly service: Service; readonly endpoints: readonly string[]; readonly proof: Proof }> {
  const told = ask.told
  if (told === null) return
  if (told.endpointSlices.length === 0) {
    ask.missing('EndpointSlices (kubectl get endpointslices -A -o yaml)')
    return
  }
  const index = new ObjectIndex(told)
  for (const service of told.services) {
    if (!hasClusterIP(service) || service.spec.type === 'ExternalName') continue
    const slices = index.slicesOf(service)
    // every cluster has a slice for a Service with a selector, if only an empty one: it was not told
    if (slices.length === 0) continue
    const endpoints = slices.flatMap((slice) =>
      slice.endpoints.flatMap((endpoint) =>
        endpoint.addresses.flatMap((address) => slice.ports.map(({ port }) => `${address}:${port}`)),
      ),
    )
    const ready = slices.some((slice) => slice.ports.length > 0 && slice.endpoints.some(isEndpointReady))
    if (ready)
      yield {
        service,
        endpoints,
        proof: {
          text: `Service ${keyOf(service)}: clusterIP ${service.spec.clusterIP}`,
          source: objectSource(service.source),
        },
      }
    else
      yield {
        service,
        endpoints: [],
        proof: { text: `Service ${keyOf(service)} has no endpoints`, source: objectSource(service.source) },
      }
  }
}

const PROTOCOLS = { TCP: Protocol.TCP, UDP: Protocol.UDP, SCTP: Protocol.SCTP } as const

export const serviceMissingInRules: FindingDefinition = {
  code: 'service-missing-in-rules',
  severity: 'error',
  title: 'kube-proxy has no rule for a Service',
  explanation:
    'On this node packets to the Service’s address leave untranslated and are lost. kube-proxy is not up to date, or fails to write its rules.',
  recognised:
    'A Service has a cluster IP and ready endpoints in its EndpointSlices, and a node’s KUBE-SERVICES has no rule that translates its address and port.',
  drops: ['IP_OUTNOROUTES', 'NEIGH_FAILED'],
  *examine(ask) {
    for (const { service, endpoints, proof } of toldServices(ask)) {
      if (endpoints.length === 0) continue
      const { spec, metadata } = service
      if (metadata.labels['service.kubernetes.io/service-proxy-name'] !== undefined) continue
      const address = tryParseIpv4(spec.clusterIP!)
      for (const view of ask.world.nodes) {
        if (address === undefined || !view.hasServiceRules) continue
        for (const rules of view.rules ?? []) {
          if (rules.chain('nat', 'KUBE-SERVICES') === undefined) continue
          const here = view.servicesAt(rules, address)
          const missing = spec.ports.find(
            ({ port, protocol }) => !here.some((one) => one.port === port && one.protocol === PROTOCOLS[protocol]),
          )
          if (missing === undefined) continue
          yield {
            title: `${view.name} has no rule for Service ${keyOf(service)} (${spec.clusterIP}:${missing.port}).`,
            where: { ...placeOf(view.evidence), object: `Service ${keyOf(service)}` },
            evidence: [
              proof,
              rules.absence(`KUBE-SERVICES has no rule for ${spec.clusterIP}:${missing.port}/${missing.protocol}`),
            ],
            fix: [{ text: `Read the log of kube-proxy on ${view.evidence.host}.` }, RESTART_PROXY],
          }
        }
      }
    }
  },
}

export const staleEndpoint: FindingDefinition = {
  code: 'stale-endpoint-in-rules',
  severity: 'error',
  title: 'kube-proxy’s rules have an endpoint that is gone',
  explanation:
    'Every so many connections go to an address that nobody has any more. kube-proxy is not up to date: it hangs, or has lost its watch of the API server.',
  recognised:
    'A node’s rules translate a Service’s address to an endpoint that is in none of the Service’s EndpointSlices.',
  drops: ['NEIGH_FAILED', 'NO_SOCKET', 'IP_OUTNOROUTES'],
  *examine(ask) {
    for (const { service, endpoints } of toldServices(ask)) {
      const address = tryParseIpv4(service.spec.clusterIP!)
      const known = new Set(endpoints)
      for (const view of ask.world.nodes) {
        for (const rules of view.rules ?? []) {
          for (const one of address === undefined ? [] : view.servicesAt(rules, address)) {
            const stale = one.endpoints.filter(
              (endpoint) => !known.has(`${formatIpv4(endpoint.address)}:${endpoint.port}`),
            )
            if (stale.length === 0) continue
            const names = stale.map((endpoint) => `${formatIpv4(endpoint.address)}:${endpoint.port}`).join(', ')
            yield {
              title: `${view.name} still sends to ${names} for Service ${keyOf(service)}, which ${stale.length === 1 ? 'is no endpoint' : 'are no endpoints'} of it.`,
              where: { ...placeOf(view.evidence), object: `Service ${keyOf(service)}` },
              evidence: [
                ...stale.slice(0, 5).map(({ at }) => rules.proof(at)),
                {
                  text: `EndpointSlices of ${keyOf(service)}: ${endpoints.slice(0, 10).join(', ') || 'no endpoints'}`,
                  source: objectSource(service.source),
                },
              ],
              fix: [{ text: `Read the log of kube-proxy on ${view.evidence.host}.` }, RESTART_PROXY],
            }
          }
        }
      }
    }
  },
}

export const tablesDiffer: FindingDefinition = {
  code: 'proxy-tables-differ',
  severity: 'warning',
  title: 'kube-proxy’s rules differ from node to node',
  explanation:
    'The same Service has other endpoints on another node, so it works from here and not from there. One of the kube-proxies is behind (or was asked a moment earlier than the other: collect again to be sure).',
  recognised:
    'Two nodes’ KUBE-SVC chains for the same Service port have different endpoints, or one node has a Service that another has not; Services with topology hints or Local policies apart.',
  *examine(ask) {
    const tables = ask.world.nodes.flatMap((view) =>
      (view.rules ?? [])
        .filter((rules) => rules.chain('nat', 'KUBE-SERVICES') !== undefined)
        .map((rules) => ({ view, rules, services: clusterServices(view, rules) })),
    )
    const [first, ...others] = tables
    if (first === undefined) return
    for (const other of others) {
      if (other.view.evidence.host === first.view.evidence.host) continue
      for (const key of new Set([...first.services.keys(), ...other.services.keys()])) {
        const a = first.services.get(key)
        const b = other.services.get(key)
        const same = a !== undefined && b !== undefined && endpointText(a) === endpointText(b)
        if (same || hinted(ask, a ?? b!)) continue
        const { name } = a ?? b!
        yield {
          title: `${first.view.name} and ${other.view.name} have different endpoints for ${name}.`,
          where: { object: `Service ${name}` },
          evidence: [side(first.view, first.rules, a, key), side(other.view, other.rules, b, key)],
          fix: [
            { text: 'Collect again to see whether it stays; if so, read the log of the kube-proxy that is behind.' },
            RESTART_PROXY,
          ],
        }
      }
    }
  },
}

function side(view: NamespaceView, rules: RuleSet, service: RuleService | undefined, key: string): Proof {
  if (service === undefined) return rules.absence(`${view.name}: KUBE-SERVICES has no rule for ${key}`)
  return {
    text: `${view.name}: ${service.name} → ${endpointText(service) || 'no endpoints'}`,
    source: rules.proof(service.at).source,
  }
}

/** Those whose chain chooses among all endpoints. */
function clusterServices(view: NamespaceView, rules: RuleSet): ReadonlyMap<string, RuleService> {
  const services = view.services(rules).filter(({ chain }) => chain.startsWith('KUBE-SVC-'))
  return new Map(services.map((one) => [`${formatIpv4(one.address)}:${one.port}/${one.protocol}`, one]))
}

function endpointText({ endpoints }: RuleService): string {
  return endpoints
    .map(({ address, port }) => `${formatIpv4(address)}:${port}`)
    .sort()
    .join(', ')
}

/** Do nodes choose among different endpoints on purpose? Without the objects nobody knows: then it may be so. */
function hinted(ask: Examination, { address }: RuleService): boolean {
  const told = ask.told
  if (told === null) return true
  const service = told.services.find(({ spec }) => spec.clusterIP === formatIpv4(address))
  if (service === undefined) return true
  const { trafficDistribution, internalTrafficPolicy } = service.spec
  if (trafficDistribution !== undefined || internalTrafficPolicy === 'Local') return true
  if (
    Object.keys(service.metadata.annotations).some(
      (name) => name.includes('topology-mode') || name.includes('topology-aware'),
    )
  )
    return true
  const slices = new ObjectIndex(told).slicesOf(service)
  return slices.some(({ endpoints }) => endpoints.some(({ hints }) => hints !== undefined))
}
