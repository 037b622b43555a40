import type { IpTest, Rule } from '../rule.ts'

/** What a rule asks without an extension, but for devices that nobody told. */
export function knownTest({ ip, unknown }: Rule): IpTest {
  if (unknown?.in === undefined && unknown?.out === undefined) return ip
  const { in: inTest, out: outTest, ...others } = ip
  return {
    ...others,
    ...(inTest === undefined || unknown.in === true ? {} : { in: inTest }),
    ...(outTest === undefined || unknown.out === true ? {} : { out: outTest }),
  }
}
