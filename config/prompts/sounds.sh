#!/bin/sh
# Makes the sounds without words: hold music (an own composition, free to use), the beep and the ringing tone.
#   sh config/prompts/sounds.sh        Needs: sox, awk
# The music is sixteen bars of five seconds: a soft chord, and over it eight bell notes. What still sounds after the last
# bar is mixed into the first one, so the loop has no seam.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Notes as MIDI numbers: one line a sound, `START SECONDS NOTE LOUDNESS KIND`.
awk 'BEGIN {
  bars = split("53,57,60,64 52,55,59,62 50,53,57,60 52,55,60,64 57,60,64,67 53,57,60,64 55,59,60,62 52,55,60,64 " \
               "53,57,60,64 52,55,59,62 50,57,60,65 55,59,62,64 57,60,64,67 53,57,60,65 55,59,62,65 52,55,60,62", chord, " ")
  # Which chord note each bell takes (5 = the first one an octave up, 0 = rest); two phrases in turn.
  split("1 3 4 3 5 0 4 0", phrase1, " "); split("2 4 5 0 4 3 0 2", phrase2, " ")
  for (bar = 1; bar <= bars; bar++) {
    split(chord[bar], note, ","); note[5] = note[1] + 12
    start = (bar - 1) * 5
    for (voice = 1; voice <= 4; voice++) print start, 6.6, note[voice], 0.055, "pad"
    for (eighth = 1; eighth <= 8; eighth++) {
      which = (bar % 2) ? phrase1[eighth] : phrase2[eighth]
      if (which > 0) print start + (eighth - 1) * 0.625, 2.4, note[which] + 12, (eighth % 4 == 1) ? 0.075 : 0.055, "bell"
    }
  }
}' >"$work/score"

set --
count=0
while read -r start seconds note loudness kind; do
  count=$((count + 1))
  hertz=$(awk -v n="$note" 'BEGIN { printf "%.3f", 440 * 2 ^ ((n - 69) / 12) }')
  second=$(awk -v h="$hertz" 'BEGIN { printf "%.3f", h * 2.002 }')
  if [ "$kind" = pad ]; then shape="fade h 1.4 $seconds 3.2"; else shape="fade h 0.025 fade l 0 $seconds 2.3"; fi
  # shellcheck disable=SC2086 # the shape is several words
  sox -R -n -r 8000 -c 1 -e floating-point -b 32 "$work/$count.wav" \
    synth "$seconds" sine "$hertz" synth "$seconds" sine mix "$second" $shape gain -h vol "$loudness" pad "$start"
  set -- "$@" -v 1 "$work/$count.wav"
done <"$work/score"

# The filter comes before the wrap: its start would be heard at the seam.
sox -m "$@" -e floating-point -b 32 "$work/all.wav" lowpass 2200
sox "$work/all.wav" "$work/body.wav" trim 0 80
sox "$work/all.wav" "$work/tail.wav" trim 80
sox -D -m -v 1 "$work/body.wav" -v 1 "$work/tail.wav" -e signed-integer -b 16 music-1.wav gain -n -12

sox -D -R -n -r 8000 -c 1 -b 16 -e signed-integer beep.wav synth 0.35 sine 1000 fade t 0.01 0.35 0.01 gain -n -14
# Russian ringing tone: 425 Hz, one second on, four off.
sox -D -R -n -r 8000 -c 1 -b 16 -e signed-integer ring.wav synth 1 sine 425 fade t 0.01 1 0.01 gain -n -16 pad 0 4
