printf 'a\nb\nc\nd\n' > f
printf 'x\ny' > g
printf '10 b\n9 a\n100 c\n9 a\n-3 z\n1.5 q\n1.25 q\n\n  7 k\nabc\nABC\n007 j\n' > n
printf 'root:x:0:0\nbin:x:2:2\nno separator\nsys:y:3:3\n\na:b\n' > p
head -n x f
head -n -1 f
head -n1 -q f g
head f g
head -v f
head -2 f
head -c 3 f
head -c -3 f
head -n
head -n 1k f
head nosuch f
head -n +2 f
head -n ''
head -1x f
head -c2 g
head -n0 f
head -n 99 f
head -n -9 f
head --lines=2 f
head --li 2 f
head --foo
head -x
head -v -n1 nosuch
head -qv f
head -3v f
head -n-0 f
tail -n x f
tail -n +3 f
tail -2 f
tail +3 f
tail -c 3 f
tail -c +3 f
tail f g
tail -n 0 f
tail -n 1 g f
tail -q -n 1 g f
tail nosuch
tail -n -2 f
tail -n +0 f
tail -n +99 f
tail --lines=+2 f
tail -v -n1 f
tail -x
tail -n
wc f
wc f g
wc -l f
wc -c f g
wc -lw f
wc nosuch f
wc -x
wc -m f
wc -w < f
wc < f
wc -lc < f
wc --lines f
wc --foo f
wc /dev/null
wc nosuch
wc -l nosuch
uniq -c f
uniq -d f
uniq nosuch
uniq a b c
uniq -x
cut
cut -d
cut -d: f
cut -f1 -c1 f
cut -d ab -f 1 f
cut -f 0 f
cut -f a f
cut -f 2-1 f
cut -f 1,x f
cut -f -
cut -d: -c1 f
cut -s -c1 f
cut -f 1 nosuch
cut -d: -f1 p
cut -d: -f1,3 p
cut -d: -f3,1 p
cut -d: -f2- p
cut -d: -f-2 p
cut -d: -s -f1 p
cut -c1-3 p
cut -c 2,4 p
cut -b1 p
cut -d: -f1-2 --output-delimiter=' ' p
cut -d ' ' -f 2 p
cut -f 1- p
cut -d: -f9 p
cut -d: -f1-2,2-3 p
cut -c0 p
cut -cx p
tr
tr a
tr a b c
tr -d a b
tr a ''
tr z-a b
tr -x
tr '[:foo:]' a
tr -ds a
tr -s
sort -k
sort -k x f
sort -k 0 f
sort -t ab f
sort -x
sort nosuch
sort -k 1.0 f
sort -k 1,2x f
sort -nr f
sort -t '' f
sort -k 2, f
sort n
sort -n n
sort -rn n
sort -r n
sort -u n
sort -nu n
sort -f n
sort -fu n
sort -b n
sort -k2 n
sort -k2,2 -k1n n
sort -k1,1n -k2r n
sort -t: -k3n p
sort -t: -k2,2 -k3,3nr p
sort -t : -k 2 -s p
sort -c n
sort -c f
sort -cu f
sort -C n
sort f g
sort -d n
sort -t: -k1.2,1.3 p
sort --key=2 n
sort --num n
sort -k1,1b n
sort -k 2.2b n
sort -sn n
sort -t: -t, p
sort -k 1n,1r n
less f g
less nosuch
less -S f
printf 'i\n' | more f
printf '' | more f g
more nosuch
cat -n f g
cat -x
cat -b p
cat -E f
cat -A g
cat -s p
cat -T p
cat nosuch f
cat -nE g f
cat -bs p
cat --number f
cat --foo
cat -u f
cat -e f
cat -t f
head -c 1K f
tail -n 1 < f
sort < n
cat - < f
sort - < f
uniq - < f
cut -c1 - < f
head - f < g
wc - f < g
wc -l - < g
printf 'p q\nr r\nr r\npP\n\n' | head -n1
printf 'p q\nr r\nr r\npP\n\n' | head -c 4
printf 'p q\nr r\nr r\npP\n\n' | head -n -1
printf 'p q\nr r\nr r\npP\n\n' | tail -n1
printf 'p q\nr r\nr r\npP\n\n' | tail -n +2
printf 'p q\nr r\nr r\npP\n\n' | tail -c 2
printf 'p q\nr r\nr r\npP\n\n' | wc
printf 'p q\nr r\nr r\npP\n\n' | wc -l
printf 'p q\nr r\nr r\npP\n\n' | wc -w
printf 'p q\nr r\nr r\npP\n\n' | wc -lw
printf 'p q\nr r\nr r\npP\n\n' | wc - f
printf 'p q\nr r\nr r\npP\n\n' | wc -c -
printf 'p q\nr r\nr r\npP\n\n' | sort -r
printf 'p q\nr r\nr r\npP\n\n' | uniq
printf 'p q\nr r\nr r\npP\n\n' | uniq -c
printf 'p q\nr r\nr r\npP\n\n' | uniq -u
printf 'p q\nr r\nr r\npP\n\n' | uniq -d
printf 'p q\nr r\nr r\npP\n\n' | uniq -i
printf 'p q\nr r\nr r\npP\n\n' | uniq -cd
printf 'p q\nr r\nr r\npP\n\n' | cut -c2
printf 'p q\nr r\nr r\npP\n\n' | cut -d ' ' -f1
printf 'p q\nr r\nr r\npP\n\n' | tr a-z A-Z
printf 'p q\nr r\nr r\npP\n\n' | tr -d pq
printf 'p q\nr r\nr r\npP\n\n' | tr -s a-z
printf 'p q\nr r\nr r\npP\n\n' | tr -cd 'a-z\n'
printf 'p q\nr r\nr r\npP\n\n' | tr ' ' '\n'
printf 'p q\nr r\nr r\npP\n\n' | tr '[:lower:]' '[:upper:]'
printf 'p q\nr r\nr r\npP\n\n' | tr -s ' ' '\n'
printf 'p q\nr r\nr r\npP\n\n' | tr abc x
printf 'p q\nr r\nr r\npP\n\n' | tr -d '[:space:]'
printf 'p q\nr r\nr r\npP\n\n' | tr -sc a-z '\n'
printf 'p q\nr r\nr r\npP\n\n' | tr -s '\n'
printf 'p q\nr r\nr r\npP\n\n' | tr -ds p q
printf 'p q\nr r\nr r\npP\n\n' | less
printf 'p q\nr r\nr r\npP\n\n' | more
printf 'p q\nr r\nr r\npP\n\n' | cat -n
printf 'p q\nr r\nr r\npP\n\n' | head -n2 - f
printf 'p q\nr r\nr r\npP\n\n' | sort -u
printf 'p q\nr r\nr r\npP\n\n' | sort -n | head -1
printf 'p q\nr r\nr r\npP\n\n' | sort | uniq -c | sort -rn
printf 'p q\nr r\nr r\npP\n\n' | cat | cat | wc -l
printf 'a\tb\tc\n' | cut -f2
printf 'a b' | tail -n1
printf 'a\n\n\nb\n' | cat -s
printf 'a  b   c\n' | tr -s ' ' | cut -d ' ' -f 3
printf 'Aa\naA\nb\n' | uniq -ic
printf 'b\na' | sort
printf '' | sort
printf '' | wc -l
printf '' | head -v
printf '' | uniq -c
