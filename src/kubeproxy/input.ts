/**
 * What kube-proxy reads of the Kubernetes objects, under Kubernetes' own field names. The objects of
 * `kubernetes/objects` fit structurally; a test or a tool may pass smaller ones. Optional fields may be absent or null,
 * as a JSON object of the API leaves them.
 */
export type Maybe<T> = T | null | undefined

/** `metav1.ObjectMeta`: what tells objects apart. */
export interface ObjectMetaInput {
  readonly name: string
  /** Absent: `default`. */
  readonly namespace?: Maybe<string>
  readonly labels?: Maybe<{ readonly [key: string]: string }>
  readonly deletionTimestamp?: Maybe<string>
}

/** `v1.ServicePort`; named target ports are resolved in the EndpointSlices. */
export interface ServicePortInput {
  readonly name?: Maybe<string>
  /** `TCP` when absent. */
  readonly protocol?: Maybe<string>
  readonly port: number
  readonly nodePort?: Maybe<number>
}

/** `v1.LoadBalancerIngress`: one address at which a load balancer answers. */
export interface LoadBalancerIngressInput {
  readonly ip?: Maybe<string>
  /** `VIP` when absent; kube-proxy makes no rules for `Proxy`. */
  readonly ipMode?: Maybe<string>
}

/** `v1.Service`: the fields that rules are made of. */
export interface ServiceInput {
  readonly metadata: ObjectMetaInput
  readonly spec: {
    readonly type?: Maybe<string>
    readonly clusterIP?: Maybe<string>
    readonly clusterIPs?: Maybe<readonly string[]>
    readonly ipFamilies?: Maybe<readonly string[]>
    readonly ports?: Maybe<readonly ServicePortInput[]>
    readonly externalIPs?: Maybe<readonly string[]>
    readonly externalTrafficPolicy?: Maybe<string>
    readonly internalTrafficPolicy?: Maybe<string>
    readonly healthCheckNodePort?: Maybe<number>
    readonly loadBalancerSourceRanges?: Maybe<readonly string[]>
    readonly sessionAffinity?: Maybe<string>
    readonly sessionAffinityConfig?: Maybe<{
      readonly clientIP?: Maybe<{ readonly timeoutSeconds?: Maybe<number> }>
    }>
  }
  readonly status?: Maybe<{
    readonly loadBalancer?: Maybe<{ readonly ingress?: Maybe<readonly LoadBalancerIngressInput[]> }>
  }>
}

/** `ForZone` and `ForNode` as the API has them, or their names alone. */
export type HintInput = string | { readonly name: string }

/** `discovery.v1.Endpoint`: where a Service may lead, and its state. */
export interface EndpointInput {
  readonly addresses: readonly string[]
  readonly conditions?: Maybe<{
    readonly ready?: Maybe<boolean>
    readonly serving?: Maybe<boolean>
    readonly terminating?: Maybe<boolean>
  }>
  readonly nodeName?: Maybe<string>
  readonly hints?: Maybe<{
    readonly forZones?: Maybe<readonly HintInput[]>
    readonly forNodes?: Maybe<readonly HintInput[]>
  }>
}

/** `discovery.v1.EndpointPort`; its name ties it to the Service port of that name. */
export interface EndpointPortInput {
  readonly name?: Maybe<string>
  readonly protocol?: Maybe<string>
  readonly port?: Maybe<number>
}

/** `discovery.v1.EndpointSlice`; its label `kubernetes.io/service-name` says whose it is. */
export interface EndpointSliceInput {
  readonly metadata: ObjectMetaInput
  readonly addressType?: Maybe<string>
  readonly endpoints?: Maybe<readonly EndpointInput[]>
  readonly ports?: Maybe<readonly EndpointPortInput[]>
}

/** `v1.Node`: its name, labels, pod CIDRs and addresses. */
export interface NodeInput {
  readonly metadata: ObjectMetaInput
  readonly spec?: Maybe<{
    readonly podCIDR?: Maybe<string>
    readonly podCIDRs?: Maybe<readonly string[]>
    readonly taints?: Maybe<readonly { readonly key: string }[]>
  }>
  readonly status?: Maybe<{
    readonly addresses?: Maybe<readonly { readonly type: string; readonly address: string }[]>
  }>
}

/** `KubeProxyConfiguration`, kubeproxy.config.k8s.io/v1alpha1: the fields that have an effect on rules. */
export interface KubeProxyConfigurationInput {
  readonly mode?: Maybe<string>
  readonly bindAddress?: Maybe<string>
  readonly hostnameOverride?: Maybe<string>
  readonly clusterCIDR?: Maybe<string>
  readonly detectLocalMode?: Maybe<string>
  readonly detectLocal?: Maybe<{
    readonly bridgeInterface?: Maybe<string>
    readonly interfaceNamePrefix?: Maybe<string>
  }>
  readonly nodePortAddresses?: Maybe<readonly string[]>
  readonly iptables?: Maybe<{
    readonly masqueradeAll?: Maybe<boolean>
    readonly masqueradeBit?: Maybe<number>
    readonly localhostNodePorts?: Maybe<boolean>
    /** Nanoseconds. */
    readonly syncPeriod?: Maybe<number>
  }>
  readonly conntrack?: Maybe<{
    readonly maxPerCore?: Maybe<number>
    readonly min?: Maybe<number>
    /** Nanoseconds. */
    readonly tcpEstablishedTimeout?: Maybe<number>
    /** Nanoseconds. */
    readonly tcpCloseWaitTimeout?: Maybe<number>
    readonly tcpBeLiberal?: Maybe<boolean>
    /** Nanoseconds. */
    readonly udpTimeout?: Maybe<number>
    /** Nanoseconds. */
    readonly udpStreamTimeout?: Maybe<number>
  }>
  readonly healthzBindAddress?: Maybe<string>
  readonly featureGates?: Maybe<{ readonly [name: string]: boolean }>
}
