/**
 * The script of the page, as text because it runs in a browser: it draws the charts from the JSON beside it. Plain
 * ECMAScript, no template literals. `uPlot` is in the page before it.
 */
export const chartScript = `
(function () {
  'use strict';
  var data = JSON.parse(document.getElementById('chart-data').textContent);
  var palettes = {
    light: { ink: '#1f262d', quiet: '#5d6873', line: '#e9e7e3', blue: '#2b67c8', green: '#1c7f4c', bad: '#ab2a20' },
    dark: { ink: '#e4e8eb', quiet: '#9aa5af', line: '#2a3138', blue: '#82aef5', green: '#66c796', bad: '#ff9d92' }
  };
  var darkScheme = matchMedia('(prefers-color-scheme: dark)');
  var font = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
  var plots = [];
  var printing = false;
  var palette;

  function alpha(colour, part) {
    return colour + Math.round(part * 255).toString(16).padStart(2, '0');
  }

  function hatch(colour) {
    var tile = document.createElement('canvas');
    var size = 8 * devicePixelRatio;
    tile.width = tile.height = size;
    var pen = tile.getContext('2d');
    pen.fillStyle = alpha(colour, 0.1);
    pen.fillRect(0, 0, size, size);
    pen.strokeStyle = alpha(colour, 0.6);
    pen.lineWidth = 1.2 * devicePixelRatio;
    pen.beginPath();
    [-size, 0, size].forEach(function (from) {
      pen.moveTo(from - 1, size + 1);
      pen.lineTo(from + size + 1, -1);
    });
    pen.stroke();
    return pen.createPattern(tile, 'repeat');
  }

  // Vertical lines where steps begin; the labels that fit, above the plot.
  function marks(labelled) {
    return {
      hooks: {
        drawAxes: function (u) {
          var pen = u.ctx;
          var scale = devicePixelRatio;
          var box = u.bbox;
          var last = -Infinity;
          pen.save();
          pen.font = font.replace('12px', 12 * scale + 'px');
          pen.textAlign = 'left';
          pen.textBaseline = 'alphabetic';
          data.marks.forEach(function (mark) {
            var x = Math.round(u.valToPos(mark.t, 'x', true));
            if (x < box.left || x > box.left + box.width) return;
            pen.strokeStyle = mark.strong ? palette.bad : alpha(palette.quiet, 0.55);
            pen.lineWidth = (mark.strong ? 2 : 1) * scale;
            pen.setLineDash(mark.strong ? [] : [3 * scale, 3 * scale]);
            pen.beginPath();
            pen.moveTo(x, box.top);
            pen.lineTo(x, box.top + box.height);
            pen.stroke();
            if (!labelled) return;
            var width = pen.measureText(mark.label).width;
            var left = Math.min(Math.max(x - width / 2, box.left), box.left + box.width - width);
            if (!mark.strong && left < last + 6 * scale) return;
            if (mark.strong && left < last + 6 * scale) {
              left = last + 6 * scale;
              if (left + width > box.left + box.width) return;
            }
            pen.fillStyle = mark.strong ? palette.bad : palette.quiet;
            pen.fillText(mark.label, left, box.top - 6 * scale);
            last = left + width;
          });
          pen.restore();
        }
      }
    };
  }

  function number(value) {
    return value >= 100 ? String(Math.round(value)) : String(Math.round(value * 10) / 10);
  }

  function readout(id, text) {
    return {
      hooks: {
        setCursor: function (u) {
          var at = u.cursor.idx;
          var place = document.getElementById(id + '-readout');
          place.textContent = at === null || at === undefined ? '' : 'second ' + data.t[at] + ': ' + text(at);
        }
      }
    };
  }

  function known(value, unit) {
    return value === null ? 'none' : number(value) + unit;
  }

  function axes(unit) {
    var axis = { stroke: palette.quiet, font: font, ticks: { show: false } };
    return [
      Object.assign({}, axis, {
        grid: { show: false },
        size: 28,
        space: 60,
        values: function (u, ticks) {
          return ticks.map(function (tick) { return tick + ' s'; });
        }
      }),
      Object.assign({}, axis, {
        grid: { stroke: palette.line, width: 1 },
        size: 58,
        space: 34,
        values: function (u, ticks) {
          return ticks.map(function (tick) { return tick === null ? '' : number(tick) + unit; });
        }
      })
    ];
  }

  function upTo(least) {
    return function (u, min, max) {
      return [0, Math.max(least, (max === null ? 0 : max) * 1.08)];
    };
  }

  function plot(id, height, labelled, unit, y, series, columns, text, bands) {
    var place = document.getElementById(id);
    place.textContent = '';
    var options = {
      width: place.clientWidth,
      height: Math.round(height * (printing ? 0.8 : 1)),
      padding: [labelled ? 22 : 8, 12, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false }, sync: { key: 'report' } },
      scales: { x: { time: false }, y: y },
      axes: axes(unit),
      series: [{}].concat(series),
      bands: bands || [],
      plugins: [marks(labelled), readout(id, text)]
    };
    plots.push({ place: place, chart: new uPlot(options, [data.t].concat(columns), place) });
  }

  function draw() {
    plots.forEach(function (one) { one.chart.destroy(); });
    plots = [];
    palette = palettes[darkScheme.matches && !printing ? 'dark' : 'light'];
    var source = palette[data.from];
    var target = palette[data.to];
    var points = { show: false };
    var both = data.t.map(function (_, at) { return data.source[at] + data.target[at]; });
    var stepped = uPlot.paths.stepped({ align: 1 });

    plot('requests', 230, true, '', { range: upTo(10) }, [
      { stroke: target, width: 1.75, points: points },
      { stroke: source, width: 1.75, points: points, fill: alpha(source, 0.22) }
    ], [both, data.source], function (at) {
      return data.from + ' ' + data.source[at] + ', ' + data.to + ' ' + data.target[at];
    }, [{ series: [1, 2], fill: hatch(target) }]);

    plot('share', 170, false, ' %', { range: [0, 100] }, [
      { stroke: palette.ink, width: 1.75, dash: [6, 4], points: points, paths: stepped },
      { stroke: target, width: 1.75, points: points }
    ], [data.asked, data.arrived], function (at) {
      return 'asked ' + number(data.asked[at]) + ' %, arrived ' + known(data.arrived[at], ' %');
    });

    var slow = data.p99.filter(function (value) { return value !== null; }).sort(function (a, b) { return a - b; });
    var wide = slow.length > 0 && slow[slow.length - 1] > 20 * slow[Math.floor(slow.length / 2)];
    var above = function (u, min, max) {
      return [Math.pow(10, Math.floor(Math.log10(Math.max(min || 1, 0.1)))), Math.pow(10, Math.ceil(Math.log10(Math.max(max || 10, 1))))];
    };
    plot('latency-chart', 170, false, ' ms', wide ? { distr: 3, range: above } : { range: upTo(5) }, [
      { stroke: palette.ink, width: 1.75, points: points },
      { stroke: palette.ink, width: 1.5, dash: [6, 4], points: points }
    ], [data.p50, data.p99], function (at) {
      return 'p50 ' + known(data.p50[at], ' ms') + ', p99 ' + known(data.p99[at], ' ms');
    });

    plot('lost-chart', 110, false, '', { range: upTo(4) }, [
      { stroke: palette.bad, width: 1, points: points, fill: alpha(palette.bad, 0.35), paths: uPlot.paths.bars({ size: [0.9, 40], align: 1 }) }
    ], [data.lost.map(function (value) { return value === 0 ? null : value; })], function (at) {
      return data.lost[at] + ' lost';
    });
  }

  function resize() {
    plots.forEach(function (one) {
      var width = one.place.clientWidth;
      if (width > 0 && width !== one.chart.width) one.chart.setSize({ width: width, height: one.chart.height });
    });
  }

  draw();
  new ResizeObserver(resize).observe(document.getElementById('requests'));
  darkScheme.addEventListener('change', draw);
  var opened = [];
  addEventListener('beforeprint', function () {
    printing = true;
    opened = Array.from(document.querySelectorAll('.print details:not([open])'));
    opened.forEach(function (one) { one.open = true; });
    document.querySelector('.charts').style.width = '680px';
    draw();
  });
  addEventListener('afterprint', function () {
    printing = false;
    opened.forEach(function (one) { one.open = false; });
    document.querySelector('.charts').style.width = '';
    draw();
  });
})();
`;
