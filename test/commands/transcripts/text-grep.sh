printf 'abc\n{1}a\n*a\na\n)\n(\n\n+a\naa\na{1\na{,2}\nx]y\na|b\n^a\nb^\n$c\nfoo bar\nFOO-bar\nfoobar foo\n10.0.0.1\n10x0x0x1\ntab\there\na.b\\\\c\n' > t
cat t | grep '*a'
cat t | grep -E '*a'
cat t | grep -E '+a'
cat t | grep -E '?a'
cat t | grep -E '{1}a'
cat t | grep '\{1\}a'
cat t | grep -E ')'
cat t | grep -E '('
cat t | grep '\('
cat t | grep '\)'
cat t | grep -E '()'
cat t | grep -E 'a||b'
cat t | grep -E 'a{1'
cat t | grep -E 'a{,2}'
cat t | grep -E 'a{2,1}'
cat t | grep 'a\{1'
cat t | grep 'a\{x\}'
cat t | grep -E 'a{x}'
cat t | grep -E 'a{99999}'
cat t | grep 'a\{99999\}'
cat t | grep '[a'
cat t | grep '[]a'
cat t | grep '[:alpha:]'
cat t | grep '[[:foo:]]'
cat t | grep '[z-a]'
cat t | grep 'a\'
cat t | grep '\1'
cat t | grep -E '^*a'
cat t | grep '^*a'
cat t | grep '\(*a\)'
cat t | grep -E '(*a)'
cat t | grep -E 'a|*b'
cat t | grep 'a\|b'
cat t | grep 'b^'
cat t | grep '$c'
cat t | grep -E 'b^'
cat t | grep -E '$c'
cat t | grep 'a^*'
cat t | grep -E 'a**'
cat t | grep -E 'a+*?'
cat t | grep '[[.a.]]'
cat t | grep '[[=a=]]'
cat t | grep '[[.space.]]'
cat t | grep '[a-]'
cat t | grep '[--a]'
cat t | grep -E 'a{1}{2}'
cat t | grep -E '{'
cat t | grep -E '{x'
cat t | grep -E 'x{'
cat t | grep -E 'a{0}b'
cat t | grep -E '^^a'
cat t | grep '^^a'
cat t | grep '\(^a\)'
cat t | grep 'a\|^b'
cat t | grep 'x\(^a\)'
cat t | grep 'c$\|d'
cat t | grep '\(c$\)'
cat t | grep -E '\<a\>'
cat t | grep -w ''
cat t | grep -x ''
cat t | grep ''
cat t | grep -E ''
cat t | grep -e a -e b
cat t | grep -E 'a)b'
cat t | grep '[a-c-e]'
cat t | grep '[[:alpha:]-z]'
cat t | grep '[\n]'
cat t | grep '[a\]y'
cat t | grep -E 'a|'
cat t | grep -E '(|a)'
cat t | grep '\(\|a\)'
cat t | grep '\+a'
cat t | grep '\?a'
cat t | grep 'a\|\+b'
cat t | grep -E 'a{1,2}{3}'
cat t | grep 'a\{,2\}'
cat t | grep 'a\{1,x\}'
cat t | grep -E '[[:alpha:]'
cat t | grep '[[:alpha'
cat t | grep '[[.'
cat t | grep -i '[[:upper:]]'
cat t | grep '\`a'
cat t | grep "c\\'"
cat t | grep -i FOO
cat t | grep -iw foo
cat t | grep -w foo
cat t | grep -wo foo
cat t | grep -ow 'fo*'
cat t | grep -x foo
cat t | grep -xF a
cat t | grep -F '*a'
cat t | grep -F '.'
cat t | grep -F -e a. -e 0
cat t | grep -c foo
cat t | grep -vc foo
cat t | grep -n foo
cat t | grep -no 'o*'
cat t | grep -o '[0-9]*'
cat t | grep -l foo
cat t | grep -L foo
cat t | grep -q foo
cat t | grep -q nothere
cat t | grep nothere
cat t | grep '10.0.0.1'
cat t | grep '10\.0\.0\.1'
cat t | grep -E '([0-9]{1,3}\.){3}[0-9]{1,3}'
cat t | grep -oE '[0-9]+'
cat t | grep '\w\W'
cat t | grep '\bfoo\b'
cat t | grep 'foo\B'
cat t | grep '\s'
cat t | grep '\S\s\S'
cat t | grep 'a\.b\\c'
cat t | grep -E 'a\.b\\c'
cat t | grep -E '(foo|bar) (foo|bar)'
cat t | grep -oE 'foo(bar)?'
cat t | grep -oE '(a|ab)(c|bcd)?'
cat t | grep '^$'
cat t | grep -nv '^$'
cat t | grep -A1 foo
cat t | grep -B1 foo
cat t | grep -C1 -n foo
cat t | grep -1 foo
cat t | grep -A0 foo
cat t | grep -oA1 foo
cat t | grep -m1 -A3 foo
cat t | grep -m2 foo
cat t | grep -m0 foo
cat t | grep -A x foo
cat t | grep -m x foo
cat t | grep -A-1 foo
cat t | grep --count foo
cat t | grep --co foo
cat t | grep --foo
cat t | grep -y foo
cat t | grep -H foo
cat t | grep -Hn --label=x foo
cat t | grep --color=never foo
cat t | grep --color foo
cat t | grep -E -F foo
printf 'foo\nbar\n' | grep -s foo nosuch
printf 'foo\nbar\n' | grep foo nosuch
printf 'foo\nbar\n' | grep -q foo nosuch
cat t | grep -e
printf 'foo\nbar\n' | grep -e a -f t t
printf 'foo\nbar\n' | grep -h foo t -
printf 'foo\nbar\n' | grep foo t t
printf 'foo\nbar\n' | grep -c foo t -
printf 'foo\nbar\n' | grep -l foo t nosuch t
printf 'foo\nbar\n' | grep -L foo t
printf 'foo\nbar\n' | grep --group-separator=XX -A1 foo t
printf 'foo\nbar\n' | grep --no-group-separator -A1 foo t
printf 'foo\nbar\n' | grep -A1 FOO t t
cat t | grep -xv a
cat t | grep -on foo
cat t | grep -vo foo
cat t | grep -vn a
cat t | grep -E 'x{0,3}y'
cat t | grep -i 'X]Y'
cat t | grep '[^a-z]'
cat t | grep -v '[a-z]'
cat t | grep '[]x]y'
cat t | grep '[^]x]y'
cat t | grep -w 'a|b'
cat t | grep -wE 'a|b'
grep
egrep 'a|b' t
fgrep 'a|b' t
grep -f t t
grep -f nosuch t
grep -f /dev/null t
grep -f - t < t
grep -vf /dev/null t
printf 'a\nb' | grep b
printf '' | grep b
cat t | grep foo | grep -v bar | wc -l
grep -n foo < t
printf -- '-a\n.b\nab\n' | grep -nw -e '-\?'
printf -- '-a\n.b\nab\n' | grep -now -e '-\?'
printf 'foo-bar foobar\n' | grep -wE 'foo(bar)?'
printf 'foobar foo\n' | grep -owE 'foo(bar)?|foob'
