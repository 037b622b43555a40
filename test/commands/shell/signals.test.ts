import { describe, expect, it } from 'vitest'
import { runScript } from '../../../src/commands/index.ts'

const sh = (text: string): string => runScript(text).output

const UP = 'ip link set lo up\n'

describe('signals', () => {
  it('end all parts of a pipe', () => {
    expect(sh(`${UP}timeout 3 sh -c 'ping -i 2 127.0.0.1 | cat'; sleep 10; echo end`)).not.toMatch(/seq=3|statistics/)
  })

  it('let ping say what it has seen, where it is Ctrl-C', () => {
    expect(sh(`${UP}timeout -s INT 2.5 ping -q 127.0.0.1; echo $?`)).toMatch(
      /3 packets transmitted, 3 received, 0% packet loss, time 2000ms\nrtt [\s\S]*\n124\n$/,
    )
    expect(sh(`${UP}timeout 2.5 ping -q 127.0.0.1; echo $?`)).not.toContain('transmitted')
    expect(sh(`${UP}timeout --preserve-status -s INT 2.5 ping -q 127.0.0.1; echo $?`)).toMatch(/\n0\n$/)
  })

  it('let tcpdump and conntrack end in peace', () => {
    expect(sh(`${UP}timeout --preserve-status 1 tcpdump -n -i lo; echo $?`)).toMatch(/0 packets captured[\s\S]*\n0\n$/)
    expect(sh(`${UP}timeout --preserve-status 1 conntrack -E; echo $?`)).toMatch(
      /0 flow events have been shown\.\n0\n$/,
    )
  })

  it('do not end what has been woken for something else', () => {
    // the shell is told of the end of ping, and goes on with the next command
    expect(sh(`${UP}timeout -s INT 1.5 sh -c 'ping -q 127.0.0.1; sleep 1; echo behind'; echo $?`)).toMatch(
      /statistics[\s\S]*behind\n124\n$/,
    )
  })
})

describe('jobs', () => {
  it('are listed, ended and waited for by their numbers', () => {
    expect(sh('sleep 5 & sleep 6 | cat &\njobs')).toBe(
      '[1]-  Running                 sleep 5 &\n[2]+  Running                 sleep 6 | cat &\n',
    )
    expect(sh('sleep 5 &\nsleep 6 &\nkill %1\njobs; kill -INT %; jobs')).toBe(
      '[2]+  Running                 sleep 6 &\n',
    )
    expect(sh('false & wait %1; echo $?; wait %1; echo $?')).toBe('1\nbash: wait: %1: no such job\n127\n')
    expect(sh('sleep 1 && true & sleep 2; sleep 1 & jobs')).toBe('[1]+  Running                 sleep 1 &\n')
  })

  it('are refused as bash does', () => {
    expect(sh('kill %7; echo $?; kill; echo $?')).toMatch(
      /^bash: kill: %7: no such job\n1\nbash: kill: usage: .*\n2\n$/,
    )
    expect(() => sh('kill 4711')).toThrow('kill 4711 is not modelled (a job, by its number: kill %1; jobs lists them)')
    expect(() => sh('kill %sleep')).toThrow('kill %sleep is not modelled')
  })

  it('of ping stop for good', () => {
    expect(sh(`${UP}ping 127.0.0.1 > log & sleep 2.5; kill -INT %1; sleep 5; grep -c seq= log`)).toBe('3\n')
  })
})

it('an answer to request 65537 is no duplicate', () => {
  const out = sh(`${UP}ping -i 0.002 -c 65540 127.0.0.1 | tail -4`)
  expect(out).toContain('65540 packets transmitted, 65540 received, 0% packet loss')
})
