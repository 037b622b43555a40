import { nearestNames } from '../nearest.ts'
import type { ReadContext } from './context.ts'
import type { Fields } from './values.ts'

/*
 * The field names of Kubernetes 1.36's API (k8s.io/api core/v1, discovery/v1, apps/v1 types.go), also those that have no effect here:
 * only what no API server knows is worth a warning.
 */

function names(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/))
}

/** What every object has at its top. */
export const OBJECT_FIELDS = names('apiVersion kind metadata spec status')

export const META_FIELDS = names(`
  annotations creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generateName generation labels managedFields
  name namespace ownerReferences resourceVersion selfLink uid
`)

export const SERVICE_SPEC_FIELDS = names(`
  allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy healthCheckNodePort
  internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges ports
  publishNotReadyAddresses selector sessionAffinity sessionAffinityConfig trafficDistribution type
`)
export const SERVICE_PORT_FIELDS = names('appProtocol name nodePort port protocol targetPort')
export const SERVICE_STATUS_FIELDS = names('conditions loadBalancer')
export const LOAD_BALANCER_STATUS_FIELDS = names('ingress')
export const LOAD_BALANCER_INGRESS_FIELDS = names('hostname ip ipMode ports')
export const SESSION_AFFINITY_CONFIG_FIELDS = names('clientIP')
export const CLIENT_IP_FIELDS = names('timeoutSeconds')

export const ENDPOINT_SLICE_FIELDS = names('addressType apiVersion endpoints kind metadata ports')
export const ENDPOINT_FIELDS = names('addresses conditions deprecatedTopology hints hostname nodeName targetRef zone')
export const ENDPOINT_CONDITIONS_FIELDS = names('ready serving terminating')
export const ENDPOINT_HINTS_FIELDS = names('forNodes forZones')
export const HINT_FIELDS = names('name')
export const ENDPOINT_PORT_FIELDS = names('appProtocol name port protocol')
export const OBJECT_REFERENCE_FIELDS = names('apiVersion fieldPath kind name namespace resourceVersion uid')

export const ENDPOINTS_FIELDS = names('apiVersion kind metadata subsets')
export const ENDPOINT_SUBSET_FIELDS = names('addresses notReadyAddresses ports')
export const ENDPOINT_ADDRESS_FIELDS = names('hostname ip nodeName targetRef')

export const NODE_SPEC_FIELDS = names('configSource externalID podCIDR podCIDRs providerID taints unschedulable')
export const NODE_STATUS_FIELDS = names(`
  addresses allocatable capacity conditions config daemonEndpoints declaredFeatures features images nodeInfo phase runtimeHandlers
  volumesAttached volumesInUse
`)
export const NODE_ADDRESS_FIELDS = names('address type')
export const TAINT_FIELDS = names('effect key timeAdded value')

export const POD_SPEC_FIELDS = names(`
  activeDeadlineSeconds affinity automountServiceAccountToken containers dnsConfig dnsPolicy enableServiceLinks ephemeralContainers
  hostAliases hostIPC hostNetwork hostPID hostUsers hostname hostnameOverride imagePullSecrets initContainers nodeName nodeSelector os
  overhead preemptionPolicy priority priorityClassName readinessGates resourceClaims resources restartPolicy runtimeClassName
  schedulerName schedulingGates schedulingGroup securityContext serviceAccount serviceAccountName setHostnameAsFQDN
  shareProcessNamespace subdomain terminationGracePeriodSeconds tolerations topologySpreadConstraints volumes workloadRef
`)
export const CONTAINER_FIELDS = names(`
  args command env envFrom image imagePullPolicy lifecycle livenessProbe name ports readinessProbe resizePolicy resources restartPolicy
  restartPolicyRules securityContext startupProbe stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices
  volumeMounts workingDir
`)
export const CONTAINER_PORT_FIELDS = names('containerPort hostIP hostPort name protocol')
export const POD_DNS_CONFIG_FIELDS = names('nameservers options searches')
export const POD_DNS_OPTION_FIELDS = names('name value')
export const HOST_ALIAS_FIELDS = names('hostnames ip')
export const POD_TEMPLATE_FIELDS = names('metadata spec')
export const LABEL_SELECTOR_FIELDS = names('matchExpressions matchLabels')

export const WORKLOAD_SPEC_FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  Deployment: names(
    'minReadySeconds paused progressDeadlineSeconds replicas revisionHistoryLimit rollbackTo selector strategy template',
  ),
  ReplicaSet: names('minReadySeconds replicas selector template'),
  ReplicationController: names('minReadySeconds replicas selector template'),
  StatefulSet: names(`
    minReadySeconds ordinals persistentVolumeClaimRetentionPolicy podManagementPolicy replicas revisionHistoryLimit selector
    serviceName template updateStrategy volumeClaimTemplates
  `),
  DaemonSet: names('minReadySeconds revisionHistoryLimit selector template templateGeneration updateStrategy'),
}

export const KUBE_PROXY_FIELDS = names(`
  apiVersion bindAddress bindAddressHardFail clientConnection clusterCIDR configSyncPeriod conntrack detectLocal detectLocalMode
  enableProfiling featureGates healthzBindAddress hostnameOverride iptables ipvs kind logging metricsBindAddress mode nftables
  nodePortAddresses oomScoreAdj portRange showHiddenMetricsForVersion winkernel windowsRunAsService
`)
export const KUBE_PROXY_IPTABLES_FIELDS = names(
  'localhostNodePorts masqueradeAll masqueradeBit minSyncPeriod snatNodeInternalIP syncPeriod',
)

/** Notes the fields that no API server knows. Many alike become one note. */
export function noteUnknownFields(fields: Fields, known: ReadonlySet<string>, context: ReadContext): void {
  for (const name of Object.keys(fields)) {
    if (known.has(name)) continue
    context.enter(name)
    const path = context.field.replace(/\[\d+\]/g, '[]')
    const text = () => {
      const near = nearField(name, known)
      return `${context.kind}: unknown field "${path}"${near === undefined ? '' : `, did you mean "${near}"?`}`
    }
    context.problems.note('UNKNOWN_FIELD', text, () => context.where(), `${context.kind} ${path}`)
    context.leave()
  }
}

/** Field names mind their case, and that is the usual mistake. */
function nearField(name: string, known: ReadonlySet<string>): string | undefined {
  const lower = name.toLowerCase()
  for (const field of known) if (field.toLowerCase() === lower) return field
  return nearestNames(name, known)[0]
}
