#!/bin/sh
# Renders the prompts of texts.tsv with the Debian voices: festival with festvox-ru (Russian), flite slt (English),
# espeak-ng where these fail. Existing files stay as they are, so studio recordings are never overwritten.
#
#   sh config/prompts/render.sh                   renders what is missing
#   sh config/prompts/render.sh -f                renders everything anew, studio recordings included
#   sh config/prompts/render.sh -f ru/greet en/n-1   renders these anew
#
# Needs: apt-get install festival festvox-ru flite espeak-ng sox
# texts.tsv is written by `cargo run -p ivr --example prompts > config/prompts/texts.tsv`.
set -eu
cd "$(dirname "$0")"

force=no
if [ "${1:-}" = -f ]; then force=yes; shift; fi
wanted=" $* "
for tool in festival flite espeak-ng sox; do
  command -v "$tool" >/dev/null || { echo "render.sh: $tool is missing; apt-get install festival festvox-ru flite espeak-ng sox" >&2; exit 1; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tab=$(printf '\t')
mkdir -p ru en "$work/ru" "$work/en"

# What to render: LOCALE<TAB>CLIP<TAB>TEXT.
while IFS="$tab" read -r locale clip text; do
  if [ "$wanted" != "  " ]; then
    case "$wanted" in *" $locale/$clip "*) ;; *) continue ;; esac
  fi
  if [ "$force" = no ] && [ -s "$locale/$clip.wav" ]; then continue; fi
  printf '%s\t%s\t%s\n' "$locale" "$clip" "$text"
done <texts.tsv >"$work/list"

# A text in Latin letters is English, wherever it is said ("For English, press nine").
language() {
  case "$1" in *[a-zA-Z]*) echo en ;; *) echo ru ;; esac
}

# festvox-ru gives an empty file for a dash and stumbles over quotes and colons.
plain() {
  printf '%s' "$1" | sed -e 's/ *[—–] */, /g' -e 's/:/,/g' -e 's/[«»"()]//g' -e 's/\\//g'
}

# One festival for all: loading the voice costs more than speaking.
{
  echo '(voice_msu_ru_nsh_clunits)'
  echo '(define (speak text file) (unwind-protect (utt.save.wave (utt.synth (eval (list (quote Utterance) (quote Text) text))) file (quote riff))))'
  while IFS="$tab" read -r locale clip text; do
    [ "$(language "$text")" = ru ] || continue
    printf '(speak "%s" "%s")\n' "$(plain "$text")" "$work/$locale/$clip.wav"
  done <"$work/list"
} >"$work/speak.scm"
festival -b "$work/speak.scm" >"$work/festival.log" 2>&1 || true

seconds() { soxi -D "$1" 2>/dev/null || echo 0; }
is_longer() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a > b) }'; }
rms() { sox "$1" -n stats 2>&1 | awk '/^RMS lev dB/ { print $4 }'; }

# Raw voice to telephone: rumble off, silence cut to 30 ms at both ends, 8 kHz mono 16 bit, all at the same loudness
# (-20 dB RMS, about -18 LUFS for speech), peaks limited, no click at either end.
finish() {
  sox -D "$1" "$work/cut.wav" rate -v 16000 channels 1 highpass 90 tempo -s "$3" \
    silence 1 0.01 0.3% reverse silence 1 0.01 0.3% reverse
  # A word of a fifth of a second is easily missed on the telephone.
  if ! is_longer "$(seconds "$work/cut.wav")" 0.32; then
    mv "$work/cut.wav" "$work/short.wav"
    sox -D "$work/short.wav" "$work/cut.wav" tempo -s 0.8
  fi
  # Soft words become as audible as loud ones before the level is measured.
  sox -D "$work/cut.wav" "$work/even.wav" gain -n -9 compand 0.005,0.12 6:-60,-50,-30,-22,-12,-12 0 -60 0.01
  gain=$(awk -v rms="$(rms "$work/even.wav")" 'BEGIN { print -20 - rms }')
  sox "$work/even.wav" -r 8000 -c 1 -b 16 -e signed-integer "$2" gain -l "$gain" gain -h rate -v 8000 \
    fade t 0.005 -0 0.005 pad 0.03 0.03 gain -r
}

count=0
while IFS="$tab" read -r locale clip text; do
  raw="$work/$locale/$clip.wav"
  out="$locale/$clip.wav"
  language=$(language "$text")
  tempo=1
  if [ "$language" = en ]; then
    flite -voice slt -t "$(plain "$text")" -o "$raw" >/dev/null 2>&1 || true
  else
    # The Russian voice reads sentences slowly; single words (no full stop) it reads quickly enough.
    case "$text" in *[.!?]) tempo=1.1 ;; esac
  fi
  if ! is_longer "$(seconds "$raw")" 0.15; then
    echo "render.sh: $out by espeak-ng: the better voice gave nothing" >&2
    espeak-ng -v "$language" -s 150 -w "$raw" "$(plain "$text")"
    tempo=1
  fi
  finish "$raw" "$out" "$tempo"
  is_longer "$(seconds "$out")" 0.1 || { echo "render.sh: $out is too short: $(seconds "$out") s" >&2; exit 1; }
  count=$((count + 1))
done <"$work/list"
echo "render.sh: $count rendered"
