import type { Program } from '../process/program.ts'
import { cat } from './cat.ts'
import { cut } from './cut.ts'
import { egrep, fgrep, grep } from './grep.ts'
import { head, tail } from './head-tail.ts'
import { less, more } from './pager.ts'
import { sort } from './sort.ts'
import { tr } from './tr.ts'
import { uniq } from './uniq.ts'
import { wc } from './wc.ts'

/** What stands behind a pipe: the text filters of GNU grep, coreutils, less and util-linux. */
export const textPrograms: Readonly<Record<string, Program>> = {
  cat,
  cut,
  egrep,
  fgrep,
  grep,
  head,
  less,
  more,
  sort,
  tail,
  tr,
  uniq,
  wc,
}
