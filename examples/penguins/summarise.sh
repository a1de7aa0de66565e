#!/bin/sh
# One island's penguins: a tidy table, a summary per species and sex, and a plot.
# Needs a POSIX shell, awk and python3 with nothing but its standard library.
set -eu

mkdir -p results
echo "Tidying penguins.csv of $CRUNCH_DATASET"

python3 - penguins.csv >results/measurements.csv <<'PYTHON'
import csv, sys

columns = ["Culmen Length (mm)", "Culmen Depth (mm)", "Flipper Length (mm)", "Body Mass (g)"]
out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(["species", "sex", "date", "bill_length_mm", "bill_depth_mm", "flipper_mm", "mass_g"])
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    for row in csv.DictReader(file):
        values = [row[column] for column in columns]
        if "NA" not in values:
            out.writerow([row["Species"].split()[0], row["Sex"].lower(), row["Date Egg"], *values])
PYTHON

echo "Summarising $(($(wc -l <results/measurements.csv) - 1)) penguins"

{
  echo "species,sex,penguins,mean_bill_length_mm,mean_flipper_mm,mean_mass_g"
  awk -F, '
    NR > 1 { key = $1 "," $2; count[key]++; bill[key] += $4; flipper[key] += $6; mass[key] += $7 }
    END {
      for (key in count)
        printf "%s,%d,%.2f,%.1f,%.0f\n", key, count[key], bill[key] / count[key], flipper[key] / count[key], mass[key] / count[key]
    }' results/measurements.csv | sort
} >results/summary.csv
cat results/summary.csv

echo "Plotting body mass against flipper length"

awk -F, '
  function across(mm) { return 60 + (mm - 165) / 70 * 520 }
  function down(grams) { return 360 - (grams - 2500) / 4000 * 320 }
  BEGIN {
    colour["Adelie"] = "#e8590c"; colour["Chinstrap"] = "#862e9c"; colour["Gentoo"] = "#087f5b"
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 400\" font-family=\"sans-serif\" font-size=\"12\">"
    print "<rect width=\"640\" height=\"400\" fill=\"white\"/>"
    for (mm = 170; mm <= 230; mm += 10) printf "<text x=\"%d\" y=\"378\" text-anchor=\"middle\">%d</text>\n", across(mm), mm
    for (g = 3000; g <= 6000; g += 1000) printf "<text x=\"50\" y=\"%d\" text-anchor=\"end\">%d</text>\n", down(g) + 4, g
    print "<text x=\"320\" y=\"396\" text-anchor=\"middle\">flipper length (mm)</text>"
    print "<text x=\"8\" y=\"20\">body mass (g)</text>"
    y = 20
    for (species in colour) {
      printf "<circle cx=\"540\" cy=\"%d\" r=\"5\" fill=\"%s\"/><text x=\"550\" y=\"%d\">%s</text>\n", y, colour[species], y + 4, species
      y += 18
    }
  }
  NR > 1 {
    printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\" fill-opacity=\"0.7\"/>\n", across($6), down($7), colour[$1]
  }
  END { print "</svg>" }' results/measurements.csv >results/mass-by-flipper.svg

echo "Done"
