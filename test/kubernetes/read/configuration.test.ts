import { describe, expect, it } from 'vitest'
import { documents, notes, problems, read } from '../support.ts'

function flannel(netConf: string, rest = ''): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-flannel-cfg, namespace: kube-flannel}\ndata:\n  net-conf.json: '${netConf}'\n${rest}`
}

const daemonSet = (args: string) => `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: kube-flannel-ds, namespace: kube-flannel}
spec:
  selector: {matchLabels: {app: flannel}}
  template: {metadata: {labels: {app: flannel}}, spec: {hostNetwork: true, containers: [{name: kube-flannel, command: [/opt/bin/flanneld], args: ${args}}]}}`

describe('flannel’s configuration', () => {
  it('is read from net-conf.json', () => {
    const conf =
      '{"Network": "10.10.0.0/16", "SubnetLen": 25, "Backend": {"Type": "vxlan", "VNI": 7, "Port": 4789, "DirectRouting": true, "MTU": 1400}}'
    const { flannel: config } = read(flannel(conf))
    expect(JSON.parse(JSON.stringify(config))).toEqual({
      network: '10.10.0.0/16',
      subnetLen: 25,
      backend: { type: 'vxlan', vni: 7, port: 4789, directRouting: true, mtu: 1400 },
      enableIPv6: false,
      enableNFTables: false,
      source: { file: 'in.yaml', line: 5 },
    })
  })

  it('has the kernel’s port and VNI 1 unless told otherwise', () => {
    const { flannel: config } = read(flannel('{"Network": "10.10.0.0/16", "Backend": {"Type": "vxlan", "Port": 0}}'))
    expect(config!.backend).toMatchObject({ vni: 1, port: 8472, directRouting: false })
  })

  it('says whether the DaemonSet masquerades', () => {
    const conf = flannel('{"Network": "10.10.0.0/16", "Backend": {"Type": "host-gw"}}')
    expect(read(conf).flannel!.ipMasq).toBeUndefined()
    expect(read(documents(conf, daemonSet('[--ip-masq, --kube-subnet-mgr]'))).flannel!.ipMasq).toBe(true)
    expect(read(documents(conf, daemonSet('[--kube-subnet-mgr]'))).flannel!.ipMasq).toBe(false)
    expect(read(documents(conf, daemonSet('["-ip-masq=true"]'))).flannel!.ipMasq).toBe(true)
  })

  it('has the hairpin mode of cni-conf.json', () => {
    const cni = `  cni-conf.json: '{"plugins": [{"type": "flannel", "delegate": {"hairpinMode": true}}, {"type": "portmap"}]}'`
    expect(read(flannel('{"Network": "10.10.0.0/16", "Backend": {"Type": "vxlan"}}', cni)).flannel!.hairpinMode).toBe(
      true,
    )
  })

  it('that is not modelled is told', () => {
    expect(notes(read(flannel('{"Network": "10.10.0.0/16"}')))).toEqual([
      'flannel’s backend is "udp": only vxlan and host-gw are modelled',
    ])
    expect(notes(read(flannel('{"EnableNFTables": true, "EnableIPv6": true, "Backend": {"Type": "vxlan"}}')))).toEqual([
      'flannel: EnableIPv6 is left out, kubehop follows IPv4',
      'flannel is told to write nftables rules: its iptables rules are modelled',
    ])
    expect(
      problems(() => read(flannel('{"EnableIPv4": false, "EnableIPv6": true, "Backend": {"Type": "vxlan"}}'))),
    ).toEqual([
      'in.yaml:5 ConfigMap kube-flannel/kube-flannel-cfg data["net-conf.json"] EnableIPv4: flannel without IPv4 is not modelled',
    ])
  })

  it('with mistakes tells where', () => {
    expect(problems(() => read(flannel('{"Network": "10.10.0/16", "Backend": {"Type": 1}}')))).toEqual([
      'in.yaml:5 ConfigMap kube-flannel/kube-flannel-cfg data["net-conf.json"] Backend.Type: must be text, not the number 1 (put it in quotes)',
      'in.yaml:5 ConfigMap kube-flannel/kube-flannel-cfg data["net-conf.json"] Network: must be an IPv4 network such as 10.0.0.0/8, not "10.10.0/16"',
    ])
    expect(problems(() => read(flannel('{')))[0]).toMatch(
      /^in\.yaml:5 ConfigMap kube-flannel\/kube-flannel-cfg data\["net-conf\.json"\]: must be JSON: /,
    )
    expect(problems(() => read(flannel('[]')))).toEqual([
      'in.yaml:5 ConfigMap kube-flannel/kube-flannel-cfg data["net-conf.json"]: must be a mapping',
    ])
    const none = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-flannel-cfg}\ndata: {}'
    expect(problems(() => read(none))).toEqual([
      'in.yaml:4 ConfigMap default/kube-flannel-cfg data: net-conf.json must be given',
    ])
  })
})

describe('kube-proxy’s configuration', () => {
  const conf = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clusterCIDR: fd00::/64,10.244.0.0/16
hostnameOverride: ""
bindAddress: 0.0.0.0
detectLocalMode: InterfaceNamePrefix
detectLocal: {interfaceNamePrefix: veth, bridgeInterface: ""}
nodePortAddresses: [primary, 10.0.0.0/8, "fd00::/8"]
iptables: {masqueradeBit: 15, masqueradeAll: true, localhostNodePorts: false, syncPeriod: 30s}
conntrack: {tcpBeLiberal: true, maxPerCore: null, min: 7, tcpEstablishedTimeout: 24h0m0s, udpTimeout: 1m1.5s, udpStreamTimeout: "0"}
healthzBindAddress: 0.0.0.0:10300
featureGates: {A: true}
`
  const expected = {
    mode: 'iptables',
    clusterCIDR: '10.244.0.0/16',
    bindAddress: '0.0.0.0',
    detectLocalMode: 'InterfaceNamePrefix',
    detectLocal: { interfaceNamePrefix: 'veth' },
    nodePortAddresses: ['primary', '10.0.0.0/8'],
    iptables: { masqueradeBit: 15, masqueradeAll: true, localhostNodePorts: false, syncPeriod: 30_000_000_000 },
    conntrack: {
      tcpBeLiberal: true,
      min: 7,
      tcpEstablishedTimeout: 86_400_000_000_000,
      udpTimeout: 61_500_000_000,
      udpStreamTimeout: 0,
    },
    healthzBindAddress: '0.0.0.0:10300',
    featureGates: { A: true },
    source: { file: 'in.yaml', line: 1 },
  }

  it('is read on its own', () => {
    const objects = read(conf)
    expect(JSON.parse(JSON.stringify(objects.kubeProxy))).toEqual(expected)
    expect(notes(objects)).toEqual([])
  })

  it('is read out of kube-proxy’s ConfigMap', () => {
    const indented = conf.replaceAll('\n', '\n    ')
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-proxy, namespace: kube-system}\ndata:\n  config.conf: |\n    ${indented}\n  kubeconfig.conf: x`
    expect(JSON.parse(JSON.stringify(read(text).kubeProxy))).toEqual({
      ...expected,
      source: { file: 'in.yaml', line: 5 },
    })
  })

  it('may have host bits in its network, as Go takes them', () => {
    const { kubeProxy } = read(conf.replace('10.244.0.0/16', '10.244.7.9/16'))
    expect(kubeProxy?.clusterCIDR).toBe('10.244.0.0/16')
  })

  it('given twice is noted: the last one counts', () => {
    const objects = read(`${conf}---\n${conf.replace('masqueradeBit: 15', 'masqueradeBit: 16')}`)
    expect(objects.kubeProxy?.iptables?.masqueradeBit).toBe(16)
    expect(notes(objects)).toEqual([
      'there are several configurations of kube-proxy in the input: the last one counts, for all nodes',
    ])
  })

  it('in another mode is told', () => {
    expect(notes(read(conf.replace('mode: iptables', 'mode: ipvs')))).toEqual([
      'kube-proxy runs in ipvs mode: a trace through iptables rules is not that cluster’s truth',
    ])
    expect(notes(read(conf.replace('mode: iptables', 'mode: ""')))).toEqual([])
  })

  it('that asks for SNAT to the node’s address is refused by name', () => {
    const text = conf.replace('syncPeriod: 30s', 'snatNodeInternalIP: true')
    expect(problems(() => read(text))).toEqual([
      'in.yaml:10 KubeProxyConfiguration iptables: kube-proxy’s iptables.snatNodeInternalIP is not modelled (kubehop’s kube-proxy masquerades; leave it out)',
    ])
    expect(notes(read(text.replace('IP: true', 'IP: false')))).toEqual([])
  })

  it('with mistakes tells where', () => {
    const text = conf.replace('masqueradeBit: 15', 'masqueradeBit: 40').replace('10.0.0.0/8', 'everything')
    expect(problems(() => read(text))).toEqual([
      'in.yaml:10 KubeProxyConfiguration iptables.masqueradeBit: must be between 0 and 31, not 40',
      'in.yaml:9 KubeProxyConfiguration nodePortAddresses[1]: must be an IPv4 network such as 10.0.0.0/8, not "everything"',
    ])
  })

  it('that kube-proxy does not start with is no configuration, with lenient validation, too', () => {
    const text = conf.replace('InterfaceNamePrefix\n', 'Guess\n').replace('24h0m0s', '24 hours')
    expect(problems(() => read(text, { validation: 'lenient' }))).toEqual([
      'in.yaml:11 KubeProxyConfiguration conntrack.tcpEstablishedTimeout: must be a length of time such as 30s or 1h0m0s, not "24 hours"',
      'in.yaml:7 KubeProxyConfiguration detectLocalMode: must be one of ClusterCIDR, NodeCIDR, BridgeInterface, InterfaceNamePrefix, not "Guess"',
    ])
  })

  it('is not looked for in other ConfigMaps', () => {
    expect(
      read('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mine}\ndata: {config.conf: "{"}').kubeProxy,
    ).toBeUndefined()
  })
})

describe('marks of other networks', () => {
  const object = (kind: string, name: string, extra = '', apiVersion = 'v1', namespace = 'kube-system') =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: ${namespace}}\n${extra}`

  it.each<[string, string, string]>([
    ['Calico', object('ConfigMap', 'calico-config'), 'ConfigMap calico-config'],
    ['Calico', object('IPPool', 'default', '', 'crd.projectcalico.org/v1'), 'IPPool of crd.projectcalico.org'],
    [
      'Calico',
      object('CustomResourceDefinition', 'x', 'spec: {group: crd.projectcalico.org}', 'apiextensions.k8s.io/v1'),
      'CustomResourceDefinition of crd.projectcalico.org',
    ],
    [
      'Calico',
      'apiVersion: v1\nkind: Node\nmetadata: {name: a, annotations: {projectcalico.org/IPv4Address: 10.0.0.1/24}}',
      'Node annotation projectcalico.org/IPv4Address',
    ],
    ['Cilium', object('Pod', 'cilium-x7k2p', 'spec: {containers: [{name: c}]}'), 'Pod cilium-x7k2p'],
    ['Cilium', object('CiliumEndpoint', 'x', '', 'cilium.io/v2'), 'CiliumEndpoint of cilium.io'],
    ['Weave Net', object('Pod', 'weave-net-abcde', 'spec: {containers: [{name: c}]}'), 'Pod weave-net-abcde'],
    ['Canal (flannel with Calico’s policies)', object('ConfigMap', 'canal-config'), 'ConfigMap canal-config'],
    ['Amazon VPC CNI', object('Pod', 'aws-node-abcde', 'spec: {containers: [{name: c}]}'), 'Pod aws-node-abcde'],
    ['Antrea', object('ConfigMap', 'antrea-config'), 'ConfigMap antrea-config'],
    [
      'OVN-Kubernetes',
      object('Pod', 'ovnkube-node-abcde', 'spec: {containers: [{name: c}]}', 'v1', 'ovn-kubernetes'),
      'Pod ovnkube-node-abcde',
    ],
    ['kube-router', object('ConfigMap', 'kube-router-cfg'), 'ConfigMap kube-router-cfg'],
    ['kindnet', object('Pod', 'kindnet-abcde', 'spec: {containers: [{name: c}]}'), 'Pod kindnet-abcde'],
  ])('%s', (name, text, mark) => {
    expect(notes(read(text)).filter((note) => note.startsWith('the input shows'))).toEqual([
      `the input shows ${name} (${mark}): a trace with flannel’s bridges and rules is not that cluster’s truth`,
    ])
  })

  it('are told once', () => {
    const text = documents(
      object('ConfigMap', 'calico-config'),
      object('IPPool', 'default', '', 'crd.projectcalico.org/v1'),
    )
    expect(notes(read(text)).filter((note) => note.includes('Calico'))).toHaveLength(1)
  })

  it('are not seen where there are none', () => {
    const mine = object('Pod', 'calico-fan-page', 'spec: {containers: [{name: c}]}', 'v1', 'default')
    expect(notes(read(documents(mine, object('Pod', 'cilium-operator-1', 'spec: {containers: [{name: c}]}'))))).toEqual(
      [],
    )
  })

  it('tell of Cilium in the place of kube-proxy', () => {
    const text = object('ConfigMap', 'cilium-config', 'data: {kube-proxy-replacement: "true"}')
    expect(notes(read(text))).toContain(
      'the input shows Cilium in the place of kube-proxy: a trace through iptables rules is not that cluster’s truth',
    )
  })
})
