import { describe, expect, it } from 'vitest'
import { type DockerBridge, dockerRules } from '../../src/cluster/docker.ts'
import { applyOperations } from '../../src/netfilter/operations.ts'
import { parsePrefix } from '../../src/packet/address.ts'
import { savedTable, savedTables } from '../netfilter/save-text.ts'

const BRIDGE: DockerBridge = { name: 'docker0', subnet: parsePrefix('172.17.0.0/16') }

const tables = (more: Partial<DockerBridge> = {}) => applyOperations(dockerRules({ ...BRIDGE, ...more }))
const rulesOf = (more: Partial<DockerBridge>) =>
  savedTable(tables(more), 'filter')
    .split('\n')
    .filter((line) => line.startsWith('-A '))

describe("Docker's rules without published ports", () => {
  it('today', () => {
    expect(savedTables(tables())).toBe(`*nat
:PREROUTING ACCEPT
:INPUT ACCEPT
:OUTPUT ACCEPT
:POSTROUTING ACCEPT
:DOCKER -
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
COMMIT
*filter
:INPUT ACCEPT
:FORWARD ACCEPT
:OUTPUT ACCEPT
:DOCKER -
:DOCKER-BRIDGE -
:DOCKER-CT -
:DOCKER-FORWARD -
:DOCKER-INTERNAL -
:DOCKER-USER -
-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-FORWARD
-A DOCKER ! -i docker0 -o docker0 -j DROP
-A DOCKER-BRIDGE -o docker0 -j DOCKER
-A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A DOCKER-FORWARD -j DOCKER-CT
-A DOCKER-FORWARD -j DOCKER-INTERNAL
-A DOCKER-FORWARD -j DOCKER-BRIDGE
-A DOCKER-FORWARD -i docker0 -j ACCEPT
COMMIT
`)
  })

  it('with the policy DROP, direct access let in, and masquerading left to others', () => {
    const text = savedTables(tables({ forwardDrop: true, directAccess: 'nat-unprotected', ipMasq: false }))
    expect(text).toContain(':FORWARD DROP\n')
    expect(text).toContain('-A DOCKER ! -i docker0 -o docker0 -j ACCEPT\n')
    expect(text).not.toContain('MASQUERADE')
  })

  it('without communication between containers', () => {
    expect(rulesOf({ icc: false }).slice(-2)).toEqual([
      '-A DOCKER-FORWARD -i docker0 -o docker0 -j DROP',
      '-A DOCKER-FORWARD -i docker0 ! -o docker0 -j ACCEPT',
    ])
    expect(rulesOf({ icc: false, directAccess: 'legacy' })).toContain('-A FORWARD -i docker0 -o docker0 -j DROP')
  })

  it('until version 27', () => {
    expect(rulesOf({ directAccess: 'legacy' })).toEqual([
      '-A FORWARD -j DOCKER-USER',
      '-A FORWARD -j DOCKER-ISOLATION-STAGE-1',
      '-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-A FORWARD -o docker0 -j DOCKER',
      '-A FORWARD -i docker0 ! -o docker0 -j ACCEPT',
      '-A FORWARD -i docker0 -o docker0 -j ACCEPT',
      '-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2',
      '-A DOCKER-ISOLATION-STAGE-1 -j RETURN',
      '-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP',
      '-A DOCKER-ISOLATION-STAGE-2 -j RETURN',
      '-A DOCKER-USER -j RETURN',
    ])
    expect(savedTable(tables({ directAccess: 'legacy' }), 'nat')).toContain('-A DOCKER -i docker0 -j RETURN\n')
  })
})
