import type { FindingDefinition } from './definition.ts'
import {
  duplicateAddress,
  overlappingNetworks,
  serviceAddressUnroutable,
  twoDefaultRoutes,
} from './findings/addresses.ts'
import {
  bridgePortState,
  duplicateMac,
  gatewayNotThere,
  hairpinOff,
  podNotOnBridge,
  podWithoutDefaultRoute,
  portsIsolated,
} from './findings/bridge.ts'
import { conntrackFull, conntrackStaleDnat, conntrackUntranslated } from './findings/conntrack.ts'
import { dropsGrowing } from './findings/counters.ts'
import {
  bridgeMtuMismatch,
  deviceDown,
  hostMtuMismatch,
  podMtuTooLarge,
  tunnelMtuTooLarge,
} from './findings/devices.ts'
import { externalAddressNowhere, hostPortConflict } from './findings/exposure.ts'
import {
  bothBackends,
  foreignProxyTables,
  forwardDrop,
  forwardDropToPods,
  inputDropsEndpoint,
  invalidDropped,
  unmodelledRule,
} from './findings/firewall.ts'
import {
  bridgeOutsideSubnet,
  neighbourFailed,
  podRouteMissing,
  podRouteWrong,
  rpFilter,
  tunnelBlocked,
  tunnelForwarding,
  tunnelNeighbour,
  tunnelSettings,
} from './findings/flannel.ts'
import { bridgeNfOff, ipForwardOff, routeLocalnetOff } from './findings/forwarding.ts'
import { podRouteOneWay } from './findings/host-gw.ts'
import { listensOnLocalhost, nobodyListens, nodePortTaken } from './findings/listeners.ts'
import { arpIgnored, neighbourTableFull, proxyArpOff } from './findings/neighbours.ts'
import { policyRuleCaptures } from './findings/policy.ts'
import {
  clusterCidrWrong,
  masqueradeMissing,
  proxyNotSynced,
  serviceMissingInRules,
  servicesJumpMissing,
  staleEndpoint,
  tablesDiffer,
} from './findings/proxy.ts'
import {
  endpointsOnUnreadyNodes,
  headlessPort,
  localPolicy,
  nodePortRange,
  noSelectorNoEndpoints,
  orphanSlice,
  podsNotReady,
  selectorMatchesNothing,
  targetPortMissing,
} from './findings/services.ts'

/** A heading of the documentation, and the findings below it. */
export interface FindingGroup {
  readonly title: string
  readonly findings: readonly FindingDefinition[]
}

/** Every finding, in the order in which they are told among their like, and documented. */
export const FINDING_GROUPS: readonly FindingGroup[] = [
  {
    title: 'Services',
    findings: [
      selectorMatchesNothing,
      podsNotReady,
      targetPortMissing,
      noSelectorNoEndpoints,
      orphanSlice,
      endpointsOnUnreadyNodes,
      headlessPort,
      localPolicy,
      nodePortRange,
      hostPortConflict,
      externalAddressNowhere,
    ],
  },
  { title: 'Listening programs', findings: [listensOnLocalhost, nobodyListens, nodePortTaken] },
  { title: 'The kernel’s switches', findings: [ipForwardOff, bridgeNfOff, routeLocalnetOff] },
  {
    title: 'kube-proxy',
    findings: [
      proxyNotSynced,
      servicesJumpMissing,
      serviceMissingInRules,
      staleEndpoint,
      tablesDiffer,
      masqueradeMissing,
      clusterCidrWrong,
      foreignProxyTables,
    ],
  },
  {
    title: 'Firewalls',
    findings: [
      forwardDrop,
      forwardDropToPods,
      inputDropsEndpoint,
      tunnelBlocked,
      bothBackends,
      invalidDropped,
      dropsGrowing,
      unmodelledRule,
    ],
  },
  { title: 'Connection tracking', findings: [conntrackFull, conntrackStaleDnat, conntrackUntranslated] },
  {
    title: 'The network between nodes',
    findings: [
      podRouteMissing,
      podRouteWrong,
      podRouteOneWay,
      tunnelNeighbour,
      tunnelForwarding,
      tunnelSettings,
      bridgeOutsideSubnet,
      rpFilter,
    ],
  },
  {
    title: 'Addresses and routes',
    findings: [duplicateAddress, overlappingNetworks, serviceAddressUnroutable, policyRuleCaptures, twoDefaultRoutes],
  },
  {
    title: 'Pods and bridges',
    findings: [
      deviceDown,
      podNotOnBridge,
      podWithoutDefaultRoute,
      gatewayNotThere,
      bridgePortState,
      portsIsolated,
      duplicateMac,
      hairpinOff,
    ],
  },
  { title: 'Packet sizes', findings: [podMtuTooLarge, tunnelMtuTooLarge, bridgeMtuMismatch, hostMtuMismatch] },
  { title: 'Neighbours', findings: [neighbourFailed, neighbourTableFull, proxyArpOff, arpIgnored] },
]

/** Every finding. */
export const FINDINGS: readonly FindingDefinition[] = FINDING_GROUPS.flatMap(({ findings }) => findings)
