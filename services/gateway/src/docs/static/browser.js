// Shows /openapi.json as a page. Builds nodes, never HTML from text, so nothing in the document can run.
'use strict';
(async () => {
  const content = document.getElementById('content');
  const index = document.getElementById('index');
  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  };
  const json = (value) => make('pre', { tabindex: '0' }, make('code', {}, JSON.stringify(value, null, 2)));

  // The little Markdown that descriptions use: `code` and **strong**.
  const prose = (text) => (text ?? '').split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.length > 2 && part.startsWith('`')) return make('code', {}, part.slice(1, -1));
    if (part.length > 4 && part.startsWith('**')) return make('strong', {}, part.slice(2, -2));
    return part;
  });

  let api;
  try {
    const answer = await fetch('/openapi.json');
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    api = await answer.json();
  } catch (error) {
    content.replaceChildren(make('p', {}, `The document cannot be shown: ${error.message}.`));
    return;
  }
  const schemas = api.components.schemas;

  // A short word for a schema, with a link's worth of structure one click away.
  const kind = (schema) => {
    if (!schema) return '';
    if (schema.$ref) return schema.$ref.split('/').pop();
    if (schema.enum) return schema.enum.map((word) => JSON.stringify(word)).join(' | ');
    if (schema.oneOf || schema.anyOf) return (schema.oneOf ?? schema.anyOf).map(kind).join(' | ');
    if (schema.allOf) return schema.allOf.map(kind).join(' & ');
    if (schema.type === 'array') return `${kind(schema.items)}[]`;
    const types = [schema.type ?? 'any'].flat();
    if (types.includes('array')) return `${kind(schema.items)}[] | null`;
    return types.join(' | ') + (schema.format ? ` (${schema.format})` : '');
  };
  const resolved = (schema) => (schema?.$ref ? schemas[schema.$ref.split('/').pop()] : schema);
  const fields = (schema) => {
    const whole = resolved(schema);
    const parts = whole?.allOf ? whole.allOf.map(resolved) : [whole];
    const rows = parts.flatMap((part) =>
      Object.entries(part?.properties ?? {}).map(([name, field]) =>
        make('tr', {}, make('td', {}, make('code', {}, name)), make('td', {}, kind(field)),
          make('td', {}, part.required?.includes(name) ? 'always' : 'optional'), make('td', {}, ...prose(field.description)))));
    if (rows.length === 0) return null;
    return make('table', {}, make('tr', {}, ...['field', 'type', '', ''].map((head) => make('th', {}, head))), ...rows);
  };

  const parameters = (operation) => {
    const all = operation.parameters ?? [];
    if (all.length === 0) return [];
    const rows = all.map((one) =>
      make('tr', {}, make('td', {}, make('code', {}, one.name)), make('td', {}, one.in), make('td', {}, kind(one.schema)),
        make('td', {}, one.required ? 'Required. ' : '', ...prose(one.description))));
    return [make('h4', {}, 'Parameters'), make('table', {}, ...rows)];
  };
  const body = (operation) => {
    const media = operation.requestBody?.content?.['application/json'];
    if (!media) return [];
    const title = operation.requestBody.required ? 'Body' : 'Body (may be left out)';
    return [make('h4', {}, title), fields(media.schema), media.example === undefined ? null : json(media.example)];
  };
  const answers = (operation) => {
    const rows = Object.entries(operation.responses).map(([status, answer]) => {
      const [media, shown] = Object.entries(answer.content ?? {})[0] ?? [];
      const about = make('td', {}, ...prose(answer.description));
      const table = Number(status) < 400 && shown ? fields(shown.schema) : null;
      if (table) about.append(make('details', {}, make('summary', {}, kind(shown.schema)), table));
      return make('tr', {}, make('td', {}, make('code', {}, status)), about, make('td', {}, media ?? ''));
    });
    return [make('h4', {}, 'Answers'), make('table', {}, ...rows)];
  };
  // As it would be typed; words in braces are to be filled in.
  const curl = (method, path, operation) => {
    const parts = [`curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} '${location.origin}${path}'`];
    if (operation['x-least-role']) parts.push(`-H 'authorization: Bearer {token}'`);
    if (operation.parameters?.some((one) => one.name.toLowerCase() === 'if-match')) parts.push(`-H 'if-match: "{version}"'`);
    const example = operation.requestBody?.content?.['application/json']?.example;
    if (example !== undefined) parts.push(`--json '${JSON.stringify(example).replaceAll("'", "'\\''")}'`);
    return parts.join(' \\\n  ');
  };
  const access = (operation) => {
    if (!operation['x-least-role']) return 'Open to everybody.';
    const permission = operation['x-permission'];
    return permission ? `Needs ${permission}: ${operation['x-least-role']} and above.` : 'For everybody with a token.';
  };

  content.replaceChildren(make('h1', {}, `${api.info.title} API`), make('p', { class: 'tag' }, `Version ${api.info.version}, OpenAPI ${api.openapi}`));
  for (const paragraph of api.info.description.split('\n\n')) content.append(make('p', {}, ...prose(paragraph)));

  const shown = [];
  for (const tag of api.tags) {
    const group = make('div', {}, make('h2', {}, tag.name));
    index.append(group);
    content.append(make('h2', {}, tag.name), make('p', { class: 'tag' }, ...prose(tag.description)));
    for (const [path, item] of Object.entries(api.paths)) {
      for (const [method, operation] of Object.entries(item)) {
        if (!operation.tags?.includes(tag.name)) continue;
        const badge = () => make('span', { class: `method ${method}` }, method.toUpperCase());
        const link = make('a', { href: `#${operation.operationId}` }, badge(), make('span', {}, operation.summary));
        const section = make('section', { class: 'operation', id: operation.operationId },
          make('h3', {}, operation.summary), make('div', { class: 'path' }, badge(), make('span', {}, path)),
          make('p', { class: 'tag' }, access(operation)),
          operation.description ? make('p', {}, ...prose(operation.description)) : null,
          make('pre', { tabindex: '0' }, make('code', {}, curl(method, path, operation))),
          ...parameters(operation), ...body(operation), ...answers(operation));
        group.append(link);
        content.append(section);
        shown.push({ text: `${method} ${path} ${operation.summary} ${tag.name}`.toLowerCase(), nodes: [link, section], group });
      }
    }
  }
  document.getElementById('search').addEventListener('input', (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of shown) {
      const hit = words.every((word) => one.text.includes(word));
      one.nodes.forEach((node) => { node.hidden = !hit; });
    }
    for (const group of index.children) group.hidden = ![...group.querySelectorAll('a')].some((link) => !link.hidden);
  });
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
})();
