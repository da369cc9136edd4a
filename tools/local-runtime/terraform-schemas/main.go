// A Terraform provider that knows schemas and nothing else.
//
// The providers of the clouds cannot be fetched where only package registries are reached, and building them takes most of
// an hour. Their schemas are committed (tests/deploy/clusters/schemas), and with a schema `terraform validate` checks every
// argument, type and reference, and `terraform test` plans and applies with mock_provider, which asks for nothing more.
// Terraform starts it under the name of each provider (terraform-provider-aws_v6.69.1) from a mirror; the schema lies beside.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type attribute struct {
	Type     json.RawMessage
	Required bool
	Optional bool
	Computed bool
	Nested   *struct {
		Attributes map[string]attribute
		Mode       string `json:"nesting_mode"`
	} `json:"nested_type"`
}

type block struct {
	Attributes map[string]attribute
	Blocks     map[string]struct {
		Mode  string `json:"nesting_mode"`
		Block block
		Min   int64 `json:"min_items"`
		Max   int64 `json:"max_items"`
	} `json:"block_types"`
}

type schemas struct {
	Name     string
	Resource map[string]block
	Data     map[string]block
}

// provider answers what is asked of a schema. Everything else is left nil on purpose: with mocks nobody asks for it.
type provider struct {
	tfprotov6.ProviderServer
	known schemas
}

func (p provider) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return &tfprotov6.GetMetadataResponse{}, nil
}

func (p provider) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	answer := &tfprotov6.GetProviderSchemaResponse{
		Provider:          &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: settings[p.known.Name], BlockTypes: blocks[p.known.Name]}},
		ResourceSchemas:   map[string]*tfprotov6.Schema{},
		DataSourceSchemas: map[string]*tfprotov6.Schema{},
	}
	for name, known := range p.known.Resource {
		answer.ResourceSchemas[name] = &tfprotov6.Schema{Block: known.schema()}
	}
	for name, known := range p.known.Data {
		answer.DataSourceSchemas[name] = &tfprotov6.Schema{Block: known.schema()}
	}
	return answer, nil
}

func (p provider) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

func (p provider) ValidateProviderConfig(_ context.Context, asked *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: asked.Config}, nil
}

func (p provider) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (p provider) ValidateDataResourceConfig(context.Context, *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}

func (p provider) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

// What the modules' examples say about a provider itself; the bindings that the schemas come from leave it out.
var (
	settings = map[string][]*tfprotov6.SchemaAttribute{
		"azurerm": {{Name: "subscription_id", Type: tftypes.String, Optional: true}},
		"google":  {{Name: "project", Type: tftypes.String, Optional: true}, {Name: "region", Type: tftypes.String, Optional: true}},
		"aws":     {{Name: "region", Type: tftypes.String, Optional: true}, {Name: "allowed_account_ids", Type: tftypes.List{ElementType: tftypes.String}, Optional: true}},
		"oci":     {{Name: "region", Type: tftypes.String, Optional: true}},
	}
	blocks = map[string][]*tfprotov6.SchemaNestedBlock{
		"azurerm": {{TypeName: "features", Nesting: tfprotov6.SchemaNestedBlockNestingModeList, Block: &tfprotov6.SchemaBlock{}}},
	}
)

func (b block) schema() *tfprotov6.SchemaBlock {
	made := &tfprotov6.SchemaBlock{Attributes: attributes(b.Attributes)}
	for name, nested := range b.Blocks {
		mode := tfprotov6.SchemaNestedBlockNestingModeList
		if nested.Mode == "single" {
			mode = tfprotov6.SchemaNestedBlockNestingModeSingle
		}
		made.BlockTypes = append(made.BlockTypes, &tfprotov6.SchemaNestedBlock{
			TypeName: name, Nesting: mode, Block: nested.Block.schema(), MinItems: nested.Min, MaxItems: nested.Max,
		})
	}
	return made
}

func attributes(known map[string]attribute) []*tfprotov6.SchemaAttribute {
	made := []*tfprotov6.SchemaAttribute{}
	for name, one := range known {
		said := &tfprotov6.SchemaAttribute{Name: name, Required: one.Required, Optional: one.Optional, Computed: one.Computed}
		if one.Nested != nil {
			modes := map[string]tfprotov6.SchemaObjectNestingMode{
				"list":   tfprotov6.SchemaObjectNestingModeList,
				"map":    tfprotov6.SchemaObjectNestingModeMap,
				"single": tfprotov6.SchemaObjectNestingModeSingle,
			}
			said.NestedType = &tfprotov6.SchemaObject{Attributes: attributes(one.Nested.Attributes), Nesting: modes[one.Nested.Mode]}
		} else {
			kind, err := tftypes.ParseJSONType(one.Type) //nolint:staticcheck // the only reader of this format that there is
			if err != nil {
				log.Fatalf("%s: %v", name, err)
			}
			said.Type = kind
		}
		made = append(made, said)
	}
	return made
}

func main() {
	program, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(filepath.Dir(program), "schema.json"))
	if err != nil {
		log.Fatal(err)
	}
	var known schemas
	if err := json.Unmarshal(text, &known); err != nil {
		log.Fatal(err)
	}
	serve := func() tfprotov6.ProviderServer { return provider{known: known} }
	if err := tf6server.Serve("registry.terraform.io/hashicorp/"+known.Name, serve); err != nil {
		log.Fatal(err)
	}
}
