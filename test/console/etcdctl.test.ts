import { describe, expect, it } from 'vitest'
import { Cluster, type ClusterOptions } from '../../src/cluster/index.ts'
import { TextOutput } from '../../src/commands/process/streams.ts'
import { Session } from '../../src/console/index.ts'
import { formatMac } from '../../src/packet/mac.ts'
import { shopManifest } from '../support/shop.ts'

function visit(options?: ClusterOptions, manifest = shopManifest({ only: ['near'] })) {
  const out = new TextOutput()
  const err = new TextOutput()
  const cluster = Cluster.fromManifests(manifest, options)
  const session = new Session(cluster, { stdout: out, stderr: err })
  return {
    cluster,
    run: (line: string) => {
      out.text = ''
      err.text = ''
      return { code: session.run(line), out: out.text, err: err.text }
    },
  }
}

describe('etcdctl of API 2', () => {
  const { cluster, run } = visit()
  const { nodes } = cluster.network.plan

  it('lists directories', () => {
    expect(run('etcdctl ls').out).toBe('/coreos.com\n')
    expect(run('etcdctl ls /coreos.com/network').out).toBe('/coreos.com/network/config\n/coreos.com/network/subnets\n')
    expect(run('etcdctl ls -p coreos.com/network/').out).toContain('/coreos.com/network/subnets/\n')
    const subnets = '/coreos.com/network/subnets/10.244.0.0-24\n/coreos.com/network/subnets/10.244.1.0-24\n'
    expect(run('etcdctl ls --sort /coreos.com/network/subnets').out).toBe(subnets)
    expect(run('etcdctl ls --recursive /coreos.com').out).toBe(
      `/coreos.com/network\n/coreos.com/network/config\n/coreos.com/network/subnets\n${subnets}`,
    )
    expect(run('etcdctl ls /coreos.com/network/config').out).toBe('/coreos.com/network/config\n')
  })

  it('gets what flannel wrote', () => {
    expect(run('etcdctl get /coreos.com/network/config').out).toBe(
      '{"Network":"10.244.0.0/16","Backend":{"Type":"vxlan"}}\n',
    )
    const mac = formatMac(nodes[1]!.lease.vtepMac)
    expect(run('etcdctl get /coreos.com/network/subnets/10.244.1.0-24').out).toBe(
      `{"PublicIP":"192.168.0.12","BackendType":"vxlan","BackendData":{"VNI":1,"VtepMAC":"${mac}"}}\n`,
    )
    expect(run('ip link show flannel.1').out).toContain(formatMac(nodes[0]!.lease.vtepMac))
  })

  it('says what is not there', () => {
    expect(run('etcdctl get /coreos.com/nowhere/config')).toEqual({
      code: 4,
      out: '',
      err: 'Error:  100: Key not found (/coreos.com/nowhere) [3]\n',
    })
    expect(run('etcdctl ls /coreos.com/network/config/a').err).toBe(
      'Error:  104: Not a directory (/coreos.com/network/config) [3]\n',
    )
    expect(run('etcdctl get /coreos.com/network')).toMatchObject({
      code: 1,
      err: '/coreos.com/network: is a directory\n',
    })
    expect(run('etcdctl get')).toMatchObject({ code: 1, err: 'Error:  key required\n' })
  })

  it('changes nothing', () => {
    expect(() => run('etcdctl set /a b')).toThrow('etcdctl set is not modelled (what flannel keeps in etcd can be read')
    expect(() => run('etcdctl --endpoints http://10.0.0.1:2379 ls')).toThrow('etcdctl --endpoints is not modelled')
    expect(() => run('etcdctl ls --nope')).toThrow('etcdctl ls --nope is not modelled')
    expect(run('etcdctl').out).toContain('etcdctl get KEY')
  })
})

describe('etcdctl of API 3', () => {
  const { cluster, run } = visit()
  const mac = formatMac(cluster.network.plan.nodes[1]!.lease.vtepMac)
  const lease = `{"PublicIP":"192.168.0.12","PublicIPv6":null,"BackendType":"vxlan","BackendData":{"VNI":1,"VtepMAC":"${mac}"}}`
  const KEY = '/coreos.com/network/subnets/10.244.1.0-24'

  it('gets keys by their beginning', () => {
    expect(run(`ETCDCTL_API=3 etcdctl get ${KEY}`).out).toBe(`${KEY}\n${lease}\n`)
    expect(run('etcdctl get --prefix /coreos.com/network/subnets/10.244.1').out).toBe(`${KEY}\n${lease}\n`)
    expect(run(`etcdctl get ${KEY} --print-value-only`).out).toBe(`${lease}\n`)
    expect(run('etcdctl get --prefix --keys-only /coreos.com/network').out).toBe(
      `/coreos.com/network/config\n\n/coreos.com/network/subnets/10.244.0.0-24\n\n${KEY}\n\n`,
    )
    expect(
      run('ETCDCTL_API=3 etcdctl get /coreos.com/network/subnets /coreos.com/network/subnets/10.244.1').out,
    ).toMatch(/^\/coreos\.com\/network\/subnets\/10\.244\.0\.0-24\n.*\n$/)
    expect(run('etcdctl get --from-key /coreos.com/network/subnets/10.244.1').out).toBe(`${KEY}\n${lease}\n`)
    expect(run('ETCDCTL_API=3 etcdctl get /nothing')).toEqual({ code: 0, out: '', err: '' })
  })

  it('says what is wrong', () => {
    expect(run('ETCDCTL_API=3 etcdctl get')).toMatchObject({
      code: 128,
      err: expect.stringContaining('needs one argument'),
    })
    expect(run('ETCDCTL_API=3 etcdctl ls').err).toContain('unknown command "ls" for "etcdctl"')
    expect(run('etcdctl get --prefix --from-key a').code).toBe(128)
    expect(run('etcdctl get --prefix a b').err).toContain('too many arguments')
    expect(() => run('ETCDCTL_API=4 etcdctl ls')).toThrow('ETCDCTL_API=4 is not modelled')
  })

  it('is what an exported variable asks for', () => {
    expect(run('export ETCDCTL_API=3; etcdctl ls').err).toContain('unknown command')
    expect(run('ETCDCTL_API=2 etcdctl ls; unset ETCDCTL_API; etcdctl ls').out).toBe('/coreos.com\n/coreos.com\n')
  })
})

describe('flannel’s configuration', () => {
  it('is the one that the cluster has', () => {
    const { run } = visit({ backend: 'host-gw' })
    expect(run('etcdctl get /coreos.com/network/config').out).toBe(
      '{"Network":"10.244.0.0/16","Backend":{"Type":"host-gw"}}\n',
    )
    expect(run('etcdctl get /coreos.com/network/subnets/10.244.1.0-24').out).toBe(
      '{"PublicIP":"192.168.0.12","BackendType":"host-gw"}\n',
    )
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a}]}\n'
    const small = visit({ podCidr: '10.9.0.0/20', nodeCidrMaskSize: 26, directRouting: true }, pod)
    expect(small.run('etcdctl get /coreos.com/network/config').out).toBe(
      '{"Network":"10.9.0.0/20","SubnetLen":26,"Backend":{"Type":"vxlan","DirectRouting":true}}\n',
    )
  })
})
