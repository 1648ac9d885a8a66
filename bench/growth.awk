# SPDX-License-Identifier: BSD-2-Clause
# Draws bench/growth.sh's data ("policy threads clients states ...") as an SVG: one panel for each
# policy, clients to the right, states upwards on a log scale, one line for each number of threads.

function x_of(panel, clients) {
	return left + panel * (width + gap) + (clients - 2) * width / (clients_max - 2)
}

function y_of(states) {
	return base - log(states) / log(10) * height / decades
}

function text(x, y, anchor, what) {
	printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, what
}

function line(x1, y1, x2, y2, colour) {
	printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n", x1, y1, x2, y2, colour
}

function draw_panel(panel, policy,    c, d) {
	for (d = 0; d <= decades; d++) {
		line(x_of(panel, 2), y_of(10 ^ d), x_of(panel, clients_max), y_of(10 ^ d), "#ddd")
		text(x_of(panel, 2) - 8, y_of(10 ^ d) + 4, "end", d == 0 ? "1" : "10<tspan dy=\"-5\" font-size=\"9\">" d "</tspan>")
	}
	for (c = 2; c <= clients_max; c++)
		text(x_of(panel, c), base + 18, "middle", c)
	text(x_of(panel, (clients_max + 2) / 2), base + 38, "middle", "clients")
	text(x_of(panel, (clients_max + 2) / 2), base - height - 14, "middle", "states, " policy)
}

# Lines that end at the same number of clients end close together: their labels are spread out.
function draw_lines(panel, policy,    t, c, points, last, y, previous, end_of) {
	for (t = 1; t <= threads_max; t++) {
		points = ""
		last = 0
		for (c = 2; c <= clients_max; c++) {
			if (!((policy, t, c) in states))
				continue
			points = points sprintf("%.1f,%.1f ", x_of(panel, c), y_of(states[policy, t, c]))
			last = c
		}
		if (!last)
			continue
		printf "<polyline fill=\"none\" stroke-width=\"1.8\" stroke=\"%s\" points=\"%s\"/>\n", colours[t], points
		y = y_of(states[policy, t, last])
		if (last in end_of && y > end_of[last] - 12)
			y = end_of[last] - 12
		end_of[last] = y
		printf "<g fill=\"%s\">", colours[t]
		text(x_of(panel, last) + 5, y + 4, "start", t)
		print "</g>"
	}
}

BEGIN {
	width = 330
	height = 300
	left = 60
	gap = 90
	base = 350
	clients_max = 2
	threads_max = 0
	most = 1
	split("#332288 #0077bb #33bbee #009988 #999933 #ee7733 #cc3311 #aa4499", colours, " ")
}

{
	states[$1, $2, $3] = $4
	if (!($1 in seen)) {
		seen[$1] = 1
		policies[++policy_count] = $1
	}
	if ($2 > threads_max)
		threads_max = $2
	if ($3 > clients_max)
		clients_max = $3
	if ($4 > most)
		most = $4
}

END {
	decades = int(log(most) / log(10)) + 1
	total = left + policy_count * (width + gap) - gap + 60
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n", total, base + 75, total, base + 75
	print "<!-- SPDX-License-Identifier: BSD-2-Clause -->"
	print "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
	for (p = 1; p <= policy_count; p++) {
		draw_panel(p - 1, policies[p])
		draw_lines(p - 1, policies[p])
	}
	text(left, base + 62, "start", "The number at the end of each line is that of the secure threads.")
	print "</svg>"
}
