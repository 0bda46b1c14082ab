// Gradient descent and Adam in Go, over optproof's protocol: optproof check --exec ./serve
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
)

// number is a float64; NaN and the infinities travel as strings.
type number float64

func (x number) MarshalJSON() ([]byte, error) {
	v := float64(x)
	switch {
	case math.IsNaN(v):
		return []byte(`"NaN"`), nil
	case math.IsInf(v, 1):
		return []byte(`"Infinity"`), nil
	case math.IsInf(v, -1):
		return []byte(`"-Infinity"`), nil
	}
	return json.Marshal(v)
}

func (x *number) UnmarshalJSON(text []byte) error {
	words := map[string]float64{`"NaN"`: math.NaN(), `"Infinity"`: math.Inf(1), `"-Infinity"`: math.Inf(-1)}
	if v, ok := words[string(text)]; ok {
		*x = number(v)
		return nil
	}
	return json.Unmarshal(text, (*float64)(x))
}

type tensor struct {
	Dtype string   `json:"dtype"`
	Shape []int    `json:"shape"`
	Data  []number `json:"data"`
}

type tensors map[string]tensor

type arguments struct {
	Parameters, Grads, V, S              tensors
	T                                    float64
	Learning_rate, Beta1, Beta2, Epsilon float64
}

func like(t tensor) tensor { return tensor{"float64", t.Shape, make([]number, len(t.Data))} }

func gd(in arguments) map[string]tensors {
	parameters := tensors{}
	for k, p := range in.Parameters {
		next, g := like(p), in.Grads["d"+k].Data
		for i := range p.Data {
			next.Data[i] = p.Data[i] - number(in.Learning_rate)*g[i]
		}
		parameters[k] = next
	}
	return map[string]tensors{"parameters": parameters}
}

func adam(in arguments) map[string]tensors {
	parameters, v, s := tensors{}, tensors{}, tensors{}
	correction1, correction2 := 1-math.Pow(in.Beta1, in.T), 1-math.Pow(in.Beta2, in.T)
	for k, p := range in.Parameters {
		d := "d" + k
		next, vk, sk := like(p), like(p), like(p)
		for i := range p.Data {
			g := float64(in.Grads[d].Data[i])
			first := in.Beta1*float64(in.V[d].Data[i]) + (1-in.Beta1)*g
			second := in.Beta2*float64(in.S[d].Data[i]) + (1-in.Beta2)*g*g
			step := in.Learning_rate * (first / correction1) / (math.Sqrt(second/correction2) + in.Epsilon)
			next.Data[i] = p.Data[i] - number(step)
			vk.Data[i], sk.Data[i] = number(first), number(second)
		}
		parameters[k], v[d], s[d] = next, vk, sk
	}
	return map[string]tensors{"parameters": parameters, "v": v, "s": s}
}

func main() {
	methods := map[string]func(arguments) map[string]tensors{
		"update_parameters_with_gd": gd, "update_parameters_with_adam": adam,
	}
	names := []string{}
	for name := range methods {
		names = append(names, name)
	}
	out := bufio.NewWriter(os.Stdout)
	say := func(message map[string]any) {
		text, _ := json.Marshal(message)
		fmt.Fprintf(out, "%s\n", text)
		out.Flush()
	}
	say(map[string]any{"type": "hello", "protocol": 1, "name": "go", "language": runtime.Version(), "operations": names})
	in := bufio.NewReader(os.Stdin) // a Scanner stops at a long line, and says nothing
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var head struct {
			Type, Operation string
			Id              int
		}
		json.Unmarshal(line, &head)
		if head.Type == "bye" {
			return
		}
		method, ok := methods[head.Operation]
		if !ok {
			say(map[string]any{"type": "unsupported", "id": head.Id, "reason": "no such function"})
			continue
		}
		var call struct{ Arguments arguments }
		if err := json.Unmarshal(line, &call); err != nil {
			say(map[string]any{"type": "error", "id": head.Id, "message": err.Error()})
			continue
		}
		say(map[string]any{"type": "result", "id": head.Id, "value": method(call.Arguments)})
	}
}
