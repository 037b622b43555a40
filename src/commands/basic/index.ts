import type { Program } from '../process/program.ts'
import { hostname } from './hostname.ts'
import { bracket, test } from './test.ts'
import { echo, printf } from './text.ts'
import { sleep, timeout } from './time.ts'

/** The small programs of every Linux (bash and coreutils). */
export const basicPrograms: Readonly<Record<string, Program>> = {
  '[': bracket,
  echo,
  false: () => 1,
  hostname,
  printf,
  sleep,
  test,
  timeout,
  true: () => 0,
}
