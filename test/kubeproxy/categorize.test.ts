import { describe, expect, it } from 'vitest'
import { categorizeEndpoints, dependsOnPlace } from '../../src/kubeproxy/categorize.ts'
import { endpointsOfSlices } from '../../src/kubeproxy/endpoints.ts'
import { servicePorts } from '../../src/kubeproxy/service-port.ts'
import { service, slice } from './objects.ts'

const PLACE = { nodeName: 'node-1', zone: 'z1' }
const TERMINATING = { ready: false, serving: true, terminating: true }
const DOWN = { ready: false, serving: false, terminating: false }
const NODE_PORT = { type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30080 }] }

function info(spec: Parameters<typeof service>[1] = {}) {
  return servicePorts(service('a', spec))[0]!
}

function endpoints(...given: Parameters<typeof slice>[1]) {
  return endpointsOfSlices([slice('a', given)]).get('http/tcp') ?? []
}

function choose(spec: Parameters<typeof info>[0], list: ReturnType<typeof endpoints>, place = PLACE) {
  const { cluster, local, reachable, hasAny } = categorizeEndpoints(list, info(spec), place)
  const texts = (chosen: typeof cluster) => chosen.map(({ text }) => text.split(':')[0]!.slice('10.0.0.'.length)).join()
  return [texts(cluster), texts(local), texts(reachable), hasAny]
}

describe('categorizeEndpoints', () => {
  it('without endpoints there is nothing', () => {
    expect(choose({}, [])).toEqual(['', '', '', false])
  })

  it('takes the ready ones', () => {
    const list = endpoints('10.0.0.1', { ip: '10.0.0.2', conditions: DOWN }, '10.0.0.3@node-1')
    expect(choose({}, list)).toEqual(['1,3', '', '1,3', true])
  })

  it('falls back to those that serve on while they terminate', () => {
    const list = endpoints({ ip: '10.0.0.1', conditions: TERMINATING }, { ip: '10.0.0.2', conditions: DOWN })
    expect(choose({}, list)).toEqual(['1', '', '1', true])
    expect(choose({}, endpoints({ ip: '10.0.0.2', conditions: DOWN }))).toEqual(['', '', '', false])
  })

  it('internalTrafficPolicy Local takes those of the node', () => {
    const list = endpoints('10.0.0.1@node-1', '10.0.0.2@node-2')
    expect(choose({ internalTrafficPolicy: 'Local' }, list)).toEqual(['', '1', '1', true])
    expect(choose({ internalTrafficPolicy: 'Local' }, list, { nodeName: 'node-3', zone: '' })).toEqual([
      '',
      '',
      '',
      true,
    ])
    // a kube-proxy that does not know its name has no local endpoints
    expect(
      choose({ internalTrafficPolicy: 'Local' }, endpoints({ ip: '10.0.0.1', nodeName: '' }), {
        nodeName: '',
        zone: '',
      }),
    ).toEqual(['', '', '', true])
  })

  it('externalTrafficPolicy Local keeps the others for pods and the node itself', () => {
    const list = endpoints('10.0.0.1@node-1', '10.0.0.2@node-2')
    expect(choose({ ...NODE_PORT, externalTrafficPolicy: 'Local' }, list)).toEqual(['1,2', '1', '1,2', true])
  })

  it('the two policies fall back on their own', () => {
    const list = endpoints({ ip: '10.0.0.1', nodeName: 'node-1', conditions: TERMINATING }, '10.0.0.2@node-2')
    expect(choose({ ...NODE_PORT, externalTrafficPolicy: 'Local' }, list)).toEqual(['2', '1', '1,2', true])
    expect(choose({ internalTrafficPolicy: 'Local' }, list)).toEqual(['', '1', '1', true])
  })

  it('counts a terminating endpoint elsewhere as one', () => {
    const list = endpoints({ ip: '10.0.0.1', nodeName: 'node-2', conditions: TERMINATING })
    expect(choose({ internalTrafficPolicy: 'Local' }, list)).toEqual(['', '', '', true])
  })

  describe('hints', () => {
    const hinted = (ip: string, forZones: string[], forNodes: string[] = [], conditions = {}) => ({
      ip,
      conditions,
      hints: { forZones, forNodes },
    })

    it('keeps to the zone when every ready endpoint has a hint', () => {
      const list = endpoints(hinted('10.0.0.1', ['z1']), hinted('10.0.0.2', ['z2']), hinted('10.0.0.3', [], [], DOWN))
      expect(choose({}, list)).toEqual(['1', '', '1', true])
      expect(choose({}, list, { nodeName: 'node-1', zone: 'z3' })).toEqual(['1,2', '', '1,2', true])
      expect(choose({}, list, { nodeName: 'node-1', zone: '' })).toEqual(['1,2', '', '1,2', true])
    })

    it('one ready endpoint without a hint spoils it', () => {
      expect(choose({}, endpoints(hinted('10.0.0.1', ['z1']), '10.0.0.2'))).toEqual(['1,2', '', '1,2', true])
    })

    it('the node goes before the zone', () => {
      const list = endpoints(hinted('10.0.0.1', ['z1'], ['node-1']), hinted('10.0.0.2', ['z1'], ['node-2']))
      expect(choose({}, list)).toEqual(['1', '', '1', true])
      expect(choose({}, list, { nodeName: 'node-3', zone: 'z1' })).toEqual(['1,2', '', '1,2', true])
    })

    it('local endpoints outside of the zone stay reachable', () => {
      const list = endpoints(hinted('10.0.0.1', ['z1']), { ...hinted('10.0.0.2', ['z2']), nodeName: 'node-1' })
      expect(choose({ ...NODE_PORT, externalTrafficPolicy: 'Local' }, list)).toEqual(['1', '2', '1,2', true])
    })

    it('hints of endpoints that are not ready say nothing', () => {
      const list = endpoints(hinted('10.0.0.1', ['z2'], [], TERMINATING))
      expect(choose({}, list)).toEqual(['1', '', '1', true])
    })
  })

  it('gives the very list when all endpoints are chosen', () => {
    const list = endpoints('10.0.0.1', '10.0.0.2')
    expect(categorizeEndpoints(list, info(), PLACE).cluster).toBe(list)
  })
})

describe('dependsOnPlace', () => {
  it.each([
    ['plain', {}, endpoints('10.0.0.1'), false],
    ['local', { internalTrafficPolicy: 'Local' }, endpoints('10.0.0.1'), true],
    ['local without endpoints', { internalTrafficPolicy: 'Local' }, [], false],
    ['zone hints', {}, endpoints({ ip: '10.0.0.1', hints: { forZones: ['z'] } }), true],
    ['node hints', {}, endpoints({ ip: '10.0.0.1', hints: { forNodes: ['n'] } }), true],
    [
      'hints that count for nothing',
      {},
      endpoints({ ip: '10.0.0.1', conditions: DOWN, hints: { forZones: ['z'] } }),
      false,
    ],
  ])('%s', (_what, spec, list, expected) => {
    expect(dependsOnPlace(info(spec), list)).toBe(expected)
  })
})
