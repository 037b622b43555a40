import { expect, it } from 'vitest'
import { runScript } from '../../src/commands/index.ts'

it('makes counters, and shows what rules have counted on them', () => {
  const { output, exitCode } = runScript(`ip link set lo up
nfacct add x
nfacct add x
nfacct add y
iptables -A INPUT -m nfacct --nfacct-name x
ping -c1 -q 127.0.0.1 >/dev/null
nfacct list
nfacct get x
nfacct get z
nfacct add
nfacct get
`)
  expect(output).toBe(`nfacct v1.0.2: error: Device or resource busy
{ pkts = 00000000000000000002, bytes = 00000000000000000168 } = x;
{ pkts = 00000000000000000000, bytes = 00000000000000000000 } = y;
{ pkts = 00000000000000000002, bytes = 00000000000000000168 } = x;
nfacct v1.0.2: error: No such file or directory
nfacct v1.0.2: missing object name
nfacct v1.0.2: missing object name
`)
  expect(exitCode).toBe(1)
})

it('refuses the rest by name', () => {
  for (const words of ['', ' flush', ' list reset'])
    expect(() => runScript(`nfacct${words}`)).toThrow(/nfacct .*is not modelled/)
})
