import { formatDifferences } from '../../src/commands/record/index.ts'
import type { Verdict } from './judge.ts'

/** Differences in full would hide the first one. */
const MOST = 12

/** What is wrong with a lab, for a person. */
export function describeVerdict(verdict: Verdict): string {
  if ('why' in verdict) return `${verdict.why}\n`
  return 'differences' in verdict ? `- kernel, + kubehop\n${formatDifferences(verdict.differences, MOST)}` : ''
}

/** The same in a few words. */
export function briefVerdict(verdict: Verdict): string {
  if ('why' in verdict) return verdict.why.split('\n')[0]!
  if (verdict.kind === 'unstable') return formatDifferences(verdict.differences, 1).trim()
  if ('differences' in verdict) return [...new Set(verdict.differences.map(({ section }) => section))].join(' ')
  return ''
}
