import { describe, expect, it } from 'vitest'
import { icmpMeaning, socketErrorText } from '../../src/sockets/index.ts'

describe('errno', () => {
  it('has the texts of the C library', () => {
    expect(socketErrorText('ECONNREFUSED')).toBe('Connection refused')
    expect(socketErrorText('EHOSTUNREACH')).toBe('No route to host')
  })

  it('of ICMP errors is that of icmp_err_convert', () => {
    expect(icmpMeaning(3, 0)).toEqual({ errno: 'ENETUNREACH', fatal: false })
    expect(icmpMeaning(3, 3)).toEqual({ errno: 'ECONNREFUSED', fatal: true })
    expect(icmpMeaning(3, 9)).toEqual({ errno: 'ENETUNREACH', fatal: true })
    expect(icmpMeaning(3, 13)).toEqual({ errno: 'EHOSTUNREACH', fatal: true })
    expect(icmpMeaning(3, 16)).toBeNull()
    expect(icmpMeaning(11, 0)).toEqual({ errno: 'EHOSTUNREACH', fatal: false })
    expect(icmpMeaning(12, 0)).toEqual({ errno: 'EPROTO', fatal: true })
    expect(icmpMeaning(5, 0)).toBeNull()
  })
})
