import { describe, expect, it } from 'vitest'
import { problems, read } from '../support.ts'

const spec = (text: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: main}], ${text}}\n`

describe('what a pod says about names', () => {
  it('is read as it stands', () => {
    const [pod] = read(
      spec(
        'dnsPolicy: None, dnsConfig: {nameservers: ["fd00::1", 1.1.1.1], searches: [., a.example.com., _x.b], ' +
          'options: [{name: edns0}, {name: ndots, value: "2"}]}, hostAliases: [{ip: 10.0.0.1, hostnames: [db]}]',
      ),
    ).pods
    expect(pod!.spec).toMatchObject({
      dnsPolicy: 'None',
      dnsConfig: {
        nameservers: ['fd00::1', '1.1.1.1'],
        searches: ['.', 'a.example.com.', '_x.b'],
        options: [{ name: 'edns0' }, { name: 'ndots', value: '2' }],
      },
      hostAliases: [{ ip: '10.0.0.1', hostnames: ['db'] }],
    })
  })

  it('is refused where an API server refuses it', () => {
    const wrong = spec(
      'dnsPolicy: Cluster, dnsConfig: {nameservers: [a, 1.1.1.1, 1.1.1.2, 1.1.1.3], searches: [a b], options: [{value: a}]}, ' +
        'hostAliases: [{ip: here, hostnames: [A]}, {hostnames: [b]}]',
    )
    expect(problems(() => read(wrong)).map((problem) => problem.replace('in.yaml:4 Pod default/a spec.', ''))).toEqual([
      'dnsPolicy: must be one of ClusterFirst, ClusterFirstWithHostNet, Default, None, not "Cluster"',
      'hostAliases[0].ip: must be an IP address, not "here"',
      expect.stringMatching(/^hostAliases\[0\]\.hostnames\[0\]: "A" must be a DNS name/),
      'hostAliases[1].ip: must be given',
      'dnsConfig.nameservers[0]: must be an IP address, not "a"',
      'dnsConfig.searches[0]: must be a domain, not "a b"',
      'dnsConfig.options[0].name: must be given',
      'dnsConfig.nameservers: must be at most 3',
    ])
    expect(problems(() => read(spec('dnsPolicy: None')))).toEqual([
      'in.yaml:4 Pod default/a spec.dnsConfig: must give one nameserver at least when dnsPolicy is None',
    ])
  })
})
